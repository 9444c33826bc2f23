"""EC2: what moto's launches forget, and the operations it has not."""
