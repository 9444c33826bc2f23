"""EventBridge Schemas, which moto has not: registries, schemas, discoverers, code bindings."""
