"""AWS CodePipeline: what moto has otherwise."""
