"""AWS Identity and Access Management: moto's, with ids that say what they name."""
