"""What runs in an engine's own process: Whisper, its words' times and the speech that it hears."""
