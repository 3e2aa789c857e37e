"""A transcript as PDF, by Qt, which sets every script that this computer has a font for.

It is the window's alone: without Qt it takes 55 MB of packages (fpdf2, fontTools, Pillow), a shaper for Arabic, Thai
and Indian scripts, and a font for each script. The bot and the command line write DOCX.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF
from PySide6.QtGui import (
    QColor,
    QFont,
    QPageLayout,
    QPageSize,
    QPdfWriter,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextLayout,
)

from core.domain import StoredTranscript
from core.domain.visible import one_line
from core.export import NOTES_HEADING, Paragraph, clock_of, facts_of, noted_lines, paragraphs_of
from gui.theme import LIGHT

FAMILIES = ["Noto Sans", "Segoe UI", "Helvetica Neue", "DejaVu Sans"]
"""Not Inter, as in the window: it draws a colon between digits by another glyph, which no search of the file finds."""
GREY = QColor(LIGHT.muted)
MARGIN_MM = 20.0
TEXT_POINTS = 11.0
TITLE_POINTS = 18.0
HEADING_POINTS = 13.0
_ANY_WIDTH = 1e6
GAP = 8.0
"""Points after a paragraph."""


@dataclass(frozen=True, slots=True)
class PdfDocument:
    """The content of the file, and whether letters of it are in no font of this computer."""

    content: bytes
    lacks_letters: bool


def pdf_document(stored: StoredTranscript, notices: tuple[str, ...] = ()) -> PdfDocument:
    """Title, facts, notices, paragraphs with time and speaker, notes. Blocks for seconds; call it in a thread."""
    document = QTextDocument()
    font = QFont(FAMILIES)
    font.setPointSizeF(TEXT_POINTS)
    font.setFeature(QFont.Tag("liga"), 0)  # Else no search finds *office*, with one glyph for ffi.
    document.setDefaultFont(font)
    cursor = QTextCursor(document)
    block = QTextBlockFormat()
    block.setBottomMargin(GAP)
    cursor.setBlockFormat(block)
    name = one_line(stored.entry.name)
    cursor.insertText(name, _format(points=TITLE_POINTS, is_bold=True))
    _add(cursor, block, (("  ·  ".join(facts_of(stored)), _format(is_grey=True)),))
    for notice in notices:
        _add(cursor, block, ((one_line(notice), _format(is_italic=True)),))
    spoken = paragraphs_of(stored.transcript.segments)
    for paragraph in spoken:
        _add(cursor, block, _pieces(paragraph))
    noted = noted_lines(stored)
    if noted:
        _add(cursor, block, ((NOTES_HEADING, _format(points=HEADING_POINTS, is_bold=True)),))
    for line in noted:
        _add(cursor, block, ((line, _format()),))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM),
            QPageLayout.Unit.Millimeter,
        )
    )
    writer.setTitle(name)
    writer.setCreator("Notula")
    document.print_(writer)
    del writer  # Which ends the file.
    said = (f"{paragraph.speaker} {paragraph.text}" for paragraph in spoken)
    return PdfDocument(
        bytes(buffer.data().data()), _lacks_letters(chain((name,), map(one_line, notices), said, noted), font)
    )


def _pieces(paragraph: Paragraph) -> tuple[tuple[str, QTextCharFormat], ...]:
    time = (f"[{clock_of(paragraph.start_s)}] ", _format(is_grey=True))
    speaker = ((f"{paragraph.speaker}: ", _format(is_bold=True)),) if paragraph.speaker else ()
    return (time, *speaker, (paragraph.text, _format()))


def _add(cursor: QTextCursor, block: QTextBlockFormat, pieces: tuple[tuple[str, QTextCharFormat], ...]) -> None:
    cursor.insertBlock(block)
    for text, form in pieces:
        cursor.insertText(text, form)


def _format(
    *, points: float = TEXT_POINTS, is_bold: bool = False, is_italic: bool = False, is_grey: bool = False
) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setFontPointSize(points)
    made.setFontWeight(QFont.Weight.Bold if is_bold else QFont.Weight.Normal)
    made.setFontItalic(is_italic)
    if is_grey:
        made.setForeground(GREY)
    return made


def _lacks_letters(texts: Iterable[str], font: QFont) -> bool:
    """Whether a glyph is number 0, which fonts draw for what they don't have."""
    for text in texts:
        layout = QTextLayout(text, font)
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(_ANY_WIDTH)
        layout.endLayout()
        if any(0 in run.glyphIndexes() for run in layout.glyphRuns()):
            return True
    return False
