"""Turn lab sources into notebooks, and hold every lab to the same standard."""
