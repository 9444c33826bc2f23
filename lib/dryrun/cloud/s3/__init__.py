"""S3: moto's, with the notifications and the events that buckets send."""
