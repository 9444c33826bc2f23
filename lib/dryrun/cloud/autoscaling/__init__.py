"""Auto Scaling: what moto answers wrongly."""
