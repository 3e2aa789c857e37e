"""Joins the texts of chunks into one transcript."""

from core.stitch.sentences import SentenceStream, sentences
from core.stitch.stitcher import Stitcher, in_order

__all__ = ["SentenceStream", "Stitcher", "in_order", "sentences"]
