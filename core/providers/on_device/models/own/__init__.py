"""Models of a person's own: what can be used as one, the record that is kept of each, and where they come from."""
