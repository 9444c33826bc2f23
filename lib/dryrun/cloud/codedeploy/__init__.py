"""AWS CodeDeploy: what moto has not."""
