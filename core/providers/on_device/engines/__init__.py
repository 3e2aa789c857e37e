"""The engines' side in our own process: starting, pooling and talking to them."""
