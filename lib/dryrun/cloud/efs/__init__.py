"""Amazon EFS: what moto has otherwise."""
