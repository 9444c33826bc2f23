"""The real AWS tools, put where lab processes find them."""
