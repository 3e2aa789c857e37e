"""Chooses which provider does a piece of work: the owner's order, key rotation, retries, circuit breakers."""
