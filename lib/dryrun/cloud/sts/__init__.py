"""AWS Security Token Service: moto's, with temporary credentials that work and expire."""
