"""Which provider is asked: the owner's order, keys in turn, attempts, circuit breakers."""
