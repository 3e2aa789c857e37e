"""Reading containers: their tracks, their clocks, and what is missing of them."""
