"""The providers page: order, keys, servers."""
