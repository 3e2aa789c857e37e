"""Editing a transcript: an immutable document, operations that can be undone, find and replace."""

from core.editing.comparison import difference
from core.editing.document import Document, Edit, EditedSegment, SegmentId, Splice
from core.editing.finding import Place, Query, doubtful_words, find, replace_all
from core.editing.operations import (
    LEAST_S,
    delete,
    free_shift,
    free_span,
    merge,
    rename_speakers,
    replace_text,
    set_speaker,
    set_times,
    shift_times,
    split,
)
from core.editing.retyping import retype
from core.editing.speaker_numbers import SpeakerNumbers
from core.editing.spoken_words import SpokenWords
from core.editing.translated_lines import aligned_lines, is_outdated, realigned_lines

__all__ = [
    "LEAST_S",
    "Document",
    "Edit",
    "EditedSegment",
    "Place",
    "Query",
    "SegmentId",
    "SpeakerNumbers",
    "Splice",
    "SpokenWords",
    "aligned_lines",
    "delete",
    "difference",
    "doubtful_words",
    "find",
    "free_shift",
    "free_span",
    "is_outdated",
    "merge",
    "realigned_lines",
    "rename_speakers",
    "replace_all",
    "replace_text",
    "retype",
    "set_speaker",
    "set_times",
    "shift_times",
    "split",
]
