"""AWS Organizations: moto's, with member accounts that their management account can enter."""
