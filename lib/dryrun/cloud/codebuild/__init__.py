"""AWS CodeBuild: what moto has not."""
