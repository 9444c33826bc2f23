"""Amazon EKS: what moto has not."""
