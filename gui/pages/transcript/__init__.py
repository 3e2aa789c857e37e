"""The page of one transcript: its text can be edited, searched and exported, and what was transcribed stays."""
