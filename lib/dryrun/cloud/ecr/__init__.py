"""ECR: moto's, with the events of its images."""
