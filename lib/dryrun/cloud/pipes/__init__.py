"""EventBridge Pipes: from a queue or a stream, by a filter and an enrichment, to a target."""
