"""Amazon Macie: what moto has not."""
