"""AWS Systems Manager: moto's, with lists that are paged like all others."""
