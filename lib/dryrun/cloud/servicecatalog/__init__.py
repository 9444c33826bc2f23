"""Service Catalog: what an administrator keeps in it; nobody provisions a product here."""
