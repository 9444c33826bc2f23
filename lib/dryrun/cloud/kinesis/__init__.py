"""What moto's Kinesis Data Streams lacks."""
