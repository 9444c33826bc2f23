"""What moto's Key Management Service lacks."""
