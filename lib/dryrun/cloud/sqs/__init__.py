"""Amazon SQS: moto's, with times as AWS tells them."""
