"""Segments as cards of subtitles, with the rules that they break."""
