"""What is in an exported file, read without the libraries that write it."""

import io
import zipfile
from dataclasses import dataclass
from functools import cache
from xml.etree import ElementTree

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
"""ECMA-376, part 1, section 17."""


@dataclass(frozen=True)
class Run:
    """A piece of a paragraph that looks alike."""

    text: str
    is_bold: bool
    is_italic: bool
    colour: str
    is_right_to_left: bool


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of a DOCX file with the name of its style."""

    style: str
    is_right_to_left: bool
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


def word_paragraphs(content: bytes) -> list[Paragraph]:
    """All paragraphs of the body. Raises where a part of the package is damaged or is no XML."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                _check_well_formed(package.read(name))
        body = ElementTree.fromstring(package.read("word/document.xml")).find(f"{WORD}body")
    return [_paragraph(each) for each in body.iter(f"{WORD}p")]


def text_of(content: bytes, format_name: str) -> str:
    """The text of a file in any format."""
    if format_name == "docx":
        return "\n".join(paragraph.text for paragraph in word_paragraphs(content))
    return content.decode("utf-8")


@cache
def _check_well_formed(part: bytes) -> None:
    """Once for those that are the same in all documents, as the styles are."""
    ElementTree.fromstring(part)


def _paragraph(element: ElementTree.Element) -> Paragraph:
    style = element.find(f"{WORD}pPr/{WORD}pStyle")
    return Paragraph(
        "" if style is None else style.get(f"{WORD}val"),
        _is_on(element.find(f"{WORD}pPr/{WORD}bidi")),
        tuple(_run(each) for each in element.iter(f"{WORD}r")),
    )


def _run(element: ElementTree.Element) -> Run:
    colour = element.find(f"{WORD}rPr/{WORD}color")
    return Run(
        "".join(each.text or "" for each in element.iter(f"{WORD}t")),
        _is_on(element.find(f"{WORD}rPr/{WORD}b")),
        _is_on(element.find(f"{WORD}rPr/{WORD}i")),
        "" if colour is None else colour.get(f"{WORD}val"),
        _is_on(element.find(f"{WORD}rPr/{WORD}rtl")),
    )


def _is_on(element: ElementTree.Element | None) -> bool:
    """ECMA-376, part 1, section 17.17.4: a property that is there is on unless it says otherwise."""
    return element is not None and element.get(f"{WORD}val", "1") not in ("0", "false", "off")
