"""Transcripts as files: text, subtitles, JSON and Markdown."""

from core.export.failures import export_failure
from core.export.files import write, write_to_folder
from core.export.formats import FORMATS, Format, chat_formats, format_of_file, in_utf8, render
from core.export.names import file_name
from core.export.plain_text import render_plain_text
from core.export.probe import probe_folder

__all__ = [
    "FORMATS",
    "Format",
    "chat_formats",
    "export_failure",
    "file_name",
    "format_of_file",
    "in_utf8",
    "probe_folder",
    "render",
    "render_plain_text",
    "write",
    "write_to_folder",
]
