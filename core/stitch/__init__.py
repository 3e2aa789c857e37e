"""Chunks' texts back into one transcript."""

from core.stitch.stitcher import Stitcher

__all__ = ["Stitcher"]
