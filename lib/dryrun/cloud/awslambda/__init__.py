"""AWS Lambda: moto's, with all of a function's configuration kept."""
