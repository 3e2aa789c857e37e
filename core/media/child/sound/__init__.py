"""What is done with decoded sound: channels, loudness, sample rate, and writing it down as speech."""
