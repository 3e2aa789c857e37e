"""Dialogs of the window's own kind: a title, a sentence, named buttons; none is a stock box of Qt."""
