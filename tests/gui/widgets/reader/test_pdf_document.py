"""PDF files, read by a library that has no part in writing them."""

import io
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest
from PySide6.QtWidgets import QApplication

from core.domain import StoredTranscript, TranslatableText
from gui.widgets.reader import pdf_document
from gui.widgets.reader.exporting import PDF, Exporting
from tests.fakes.core import FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.samples import stored


def text_of(content: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join("\n".join(page.extract_text() for page in pages).split())


def talk(*texts: str) -> StoredTranscript:
    made = stored(*texts, name="beckett.wav")
    first, *others = made.transcript.segments
    said = replace(made.transcript, segments=(replace(first, speaker="Sam"), *others))
    return replace(made, transcript=replace(said, notices=(TranslatableText("A part is missing."),)))


def test_it_has_title_facts_notices_and_paragraphs_with_speaker_and_time(qapp: QApplication) -> None:
    failed = "<b>Ever</b> failed: office, fire at 10:30."
    made = pdf_document.pdf_document(talk("Ever tried.", failed), ("A part is missing.",))
    read = text_of(made.content)
    assert read.startswith("beckett.wav 00:00:10 · en · tiny.en · ")
    assert f"A part is missing. [00:00:00] Sam: Ever tried. [00:00:05] {failed}" in read
    reader = pypdf.PdfReader(io.BytesIO(made.content))
    assert reader.metadata.title == "beckett.wav"
    assert [round(float(side) / 72 * 25.4) for side in reader.pages[0].mediabox[2:]] == [210, 297]
    assert not made.lacks_letters


def test_notes_are_its_end(qapp: QApplication) -> None:
    made = pdf_document.pdf_document(replace(talk("Ever tried."), notes="Ask Ann.\n\n- about it"))
    assert "Sam: Ever tried. Notes Ask Ann. - about it" in text_of(made.content)
    assert pdf_document.pdf_document(replace(talk("So."), notes="\U000107f0")).lacks_letters


def test_a_long_transcript_has_all_of_its_text_on_many_pages(qapp: QApplication) -> None:
    sentences = [f"Sentence number {number} was said here." for number in range(400)]
    made = pdf_document.pdf_document(talk(*sentences))
    read = text_of(made.content)
    assert len(pypdf.PdfReader(io.BytesIO(made.content)).pages) > 3
    assert all(sentence in read for sentence in sentences[::37])


def test_letters_that_no_font_has_are_told(qapp: QApplication) -> None:
    assert not pdf_document.pdf_document(talk("Zażółć gęślą jaźń, Ελλάδα, Україна.")).lacks_letters
    assert pdf_document.pdf_document(talk("\U000107f0\U000107f1")).lacks_letters  # Assigned to no script.


@pytest.fixture
def export(faked: DesktopDriver) -> Exporting:
    return faked.queue.reader_actions.exporting


def test_it_is_saved_and_what_is_to_be_known_is_said(
    faked: DesktopDriver, notula: FakeNotula, export: Exporting, tmp_path: Path
) -> None:
    export.export(talk("Ever tried."), PDF, tmp_path / "a.pdf")
    faked.wait(lambda: faked.message == f"Saved as a.pdf in {tmp_path}.")
    assert "Ever tried." in text_of((tmp_path / "a.pdf").read_bytes())
    export.export(talk("\U000107f0"), PDF, tmp_path / "b.pdf")
    faked.wait(lambda: "no font on this computer has them" in faked.message)
    (tmp_path / "file").write_text("")
    export.export(talk("Ever tried."), PDF, tmp_path / "file" / "c.pdf")
    faked.wait(lambda: "c.pdf could not be written" in faked.message)
    assert not notula.asked("export")
