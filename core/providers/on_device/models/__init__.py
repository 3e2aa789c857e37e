"""The models of Whisper and of voices: which there are, which is chosen, and how they come here."""
