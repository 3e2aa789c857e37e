"""Transcripts as files: text, subtitles, JSON and Markdown."""

from core.export.failures import export_failure
from core.export.files import write, write_to_folder
from core.export.formats import FORMATS, Format, render
from core.export.names import file_name
from core.export.probe import probe_folder

__all__ = ["FORMATS", "Format", "export_failure", "file_name", "probe_folder", "render", "write", "write_to_folder"]
