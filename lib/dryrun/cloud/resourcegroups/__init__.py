"""Resource Groups: what moto answers in another way than AWS."""
