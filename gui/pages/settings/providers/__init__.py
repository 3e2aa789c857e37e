"""The providers in the settings: order, keys, servers."""
