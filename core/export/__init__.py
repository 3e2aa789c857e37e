"""Transcripts as files: text, subtitles, JSON and Markdown."""

from core.export.files import write, write_to_folder
from core.export.formats import FORMATS, Format, render
from core.export.names import file_name

__all__ = ["FORMATS", "Format", "file_name", "render", "write", "write_to_folder"]
