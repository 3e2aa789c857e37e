"""Transcripts as files: text, subtitles, JSON and Markdown."""

from typing import TYPE_CHECKING

from core.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from core.export.facts import clock_of, facts_of
    from core.export.failures import export_failure
    from core.export.files import replace_file, write, write_to_folder
    from core.export.formats import (
        FORMATS,
        Format,
        chat_formats,
        export_notices,
        format_of_file,
        in_utf8,
        is_empty,
        render,
    )
    from core.export.many import (
        ExistingFile,
        ExportedMany,
        ExportPlace,
        ExportPlan,
        TranscriptWriter,
        WrittenTranscript,
        transcript_writer,
    )
    from core.export.name_pattern import DEFAULT_PATTERN, PLACEHOLDERS, pattern_problem, patterned_name
    from core.export.names import file_name, file_stem
    from core.export.notes import NOTES_HEADING, noted_lines
    from core.export.paragraphs import Paragraph, ParagraphDivider, paragraphs_of
    from core.export.plain_text import render_plain_text
    from core.export.probe import probe_folder
    from core.export.subtitles.cues import Cue
    from core.export.subtitles.rules import PRESET_LABELS, PRESETS, RULE_BOUNDS, STANDARD, SubtitleRules
    from core.export.subtitles.subtitle_check import CheckedSegment, SubtitleCheck
    from core.export.subtitles.violations import Broken, Violation, length_of, speed_of
else:
    __getattr__ = lazy_exports(
        __name__,
        {
            "facts": ("clock_of", "facts_of"),
            "failures": ("export_failure",),
            "files": ("replace_file", "write", "write_to_folder"),
            "formats": (
                "FORMATS",
                "Format",
                "chat_formats",
                "export_notices",
                "format_of_file",
                "in_utf8",
                "is_empty",
                "render",
            ),
            "many": (
                "ExistingFile",
                "ExportedMany",
                "ExportPlace",
                "ExportPlan",
                "TranscriptWriter",
                "WrittenTranscript",
                "transcript_writer",
            ),
            "name_pattern": ("DEFAULT_PATTERN", "PLACEHOLDERS", "pattern_problem", "patterned_name"),
            "names": ("file_name", "file_stem"),
            "notes": ("NOTES_HEADING", "noted_lines"),
            "paragraphs": ("Paragraph", "ParagraphDivider", "paragraphs_of"),
            "plain_text": ("render_plain_text",),
            "probe": ("probe_folder",),
            "subtitles.cues": ("Cue",),
            "subtitles.rules": ("PRESET_LABELS", "PRESETS", "RULE_BOUNDS", "STANDARD", "SubtitleRules"),
            "subtitles.subtitle_check": ("CheckedSegment", "SubtitleCheck"),
            "subtitles.violations": ("Broken", "Violation", "length_of", "speed_of"),
        },
    )

__all__ = [
    "DEFAULT_PATTERN",
    "FORMATS",
    "NOTES_HEADING",
    "PLACEHOLDERS",
    "PRESETS",
    "PRESET_LABELS",
    "RULE_BOUNDS",
    "STANDARD",
    "Broken",
    "CheckedSegment",
    "Cue",
    "ExistingFile",
    "ExportPlace",
    "ExportPlan",
    "ExportedMany",
    "Format",
    "Paragraph",
    "ParagraphDivider",
    "SubtitleCheck",
    "SubtitleRules",
    "TranscriptWriter",
    "Violation",
    "WrittenTranscript",
    "chat_formats",
    "clock_of",
    "export_failure",
    "export_notices",
    "facts_of",
    "file_name",
    "file_stem",
    "format_of_file",
    "in_utf8",
    "is_empty",
    "length_of",
    "noted_lines",
    "paragraphs_of",
    "pattern_problem",
    "patterned_name",
    "probe_folder",
    "render",
    "render_plain_text",
    "replace_file",
    "speed_of",
    "transcript_writer",
    "write",
    "write_to_folder",
]
