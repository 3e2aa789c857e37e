"""Recording from a microphone or what the computer plays, to files that a crash costs at most a second of."""
