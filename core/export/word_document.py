"""DOCX for word processors: title, facts, what is to be known of the transcript, paragraphs with speaker and time."""

import io
import unicodedata
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from core.domain import StoredTranscript
from core.domain.visible import one_line
from core.export.facts import clock_of, facts_of
from core.export.local_time import local_time
from core.export.notes import NOTES_HEADING, noted_lines
from core.export.paragraphs import paragraphs_of

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

GREY = "707070"
"""Of times and facts: 4.9 to 1 on white."""

LONGEST_PROPERTY = 255
"""Characters of a core property, the most that python-docx and Word take."""

_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_RIGHT_TO_LEFT = ("R", "AL")


def render_word_document(stored: StoredTranscript) -> bytes:
    """The transcript as Office Open XML; the same transcript gives the same bytes, whenever it is written."""
    # Not above: python-docx and lxml take 0.2 s to import, and most starts of Notula write no DOCX.
    import docx
    from docx.shared import Mm, RGBColor

    transcript = stored.transcript
    name = one_line(stored.entry.name)
    created = local_time(stored.entry.created_at)
    grey = RGBColor.from_string(GREY)
    document = docx.Document()
    _describe(document, name, created)
    for section in document.sections:  # The template's paper is that of North America.
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(25)
    _set(document.add_heading(level=1), name)
    _set(document.add_paragraph(), "  ·  ".join(facts_of(stored))).font.color.rgb = grey
    for notice in transcript.notices:
        _set(document.add_paragraph(), one_line(str(notice))).italic = True
    for spoken in paragraphs_of(transcript.segments):
        paragraph = document.add_paragraph()
        _set(paragraph, f"[{clock_of(spoken.start_s)}] ", like=spoken.text).font.color.rgb = grey
        if spoken.speaker:
            speaker = _set(paragraph, f"{spoken.speaker}: ", like=spoken.text)
            speaker.bold = speaker.font.cs_bold = True
        _set(paragraph, spoken.text)
    if noted := noted_lines(stored):
        _set(document.add_heading(level=2), NOTES_HEADING)
        for line in noted:
            _set(document.add_paragraph(), line)
    written = io.BytesIO()
    document.save(written)
    return _without_the_time_of_writing(written)


def _describe(document: "Document", name: str, created: datetime) -> None:
    """Replace what the library's template says of itself."""
    properties = document.core_properties
    properties.title = name[:LONGEST_PROPERTY]
    properties.author = properties.comments = ""
    properties.created = properties.modified = created.astimezone(UTC).replace(tzinfo=None)


def _set(paragraph: "Paragraph", text: str, like: str = "") -> "Run":
    """Add text, which reads from right to left where that of `like`, else its own, does.

    Word processors set a paragraph from left to right unless it says otherwise, whatever its letters are.
    https://learn.microsoft.com/en-us/dotnet/api/documentformat.openxml.wordprocessing.bidi
    """
    from docx.oxml import OxmlElement

    run = paragraph.add_run(text)
    if _is_right_to_left(like or text):
        run.font.rtl = _is_right_to_left(text)
        properties = paragraph._p.get_or_add_pPr()
        if not properties.xpath("./w:bidi"):
            properties.append(OxmlElement("w:bidi"))
    return run


def _is_right_to_left(text: str) -> bool:
    """By the first letter that has a direction (https://www.unicode.org/reports/tr9/#P2)."""
    directions = (unicodedata.bidirectional(character) for character in text)
    return next((each for each in directions if each in ("L", *_RIGHT_TO_LEFT)), "L") in _RIGHT_TO_LEFT


def _without_the_time_of_writing(written: io.BytesIO) -> bytes:
    """The same package with all its parts dated alike: a file that holds exactly this is not written again."""
    dated = io.BytesIO()
    with zipfile.ZipFile(written) as package, zipfile.ZipFile(dated, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in package.namelist():
            part = zipfile.ZipInfo(name, _ZIP_EPOCH)
            part.compress_type = zipfile.ZIP_DEFLATED
            copy.writestr(part, package.read(name))
    return dated.getvalue()
