"""Playing recordings: decoded sound that is being filled, and a player of it on the computer's sound device."""
