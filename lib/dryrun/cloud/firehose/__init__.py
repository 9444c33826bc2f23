"""What moto's Amazon Data Firehose lacks."""
