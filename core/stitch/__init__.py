"""Joins the texts of chunks into one transcript."""

from core.stitch.stitcher import Stitcher, in_order

__all__ = ["Stitcher", "in_order"]
