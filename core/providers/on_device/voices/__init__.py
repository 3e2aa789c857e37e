"""Telling voices apart on this computer: the parent's side in `teller.py`, the rest in a child process of its own."""
