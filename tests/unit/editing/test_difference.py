"""Whatever was edited between two documents, their difference leads from one to the other, and keeps what both have."""

from hypothesis import given
from hypothesis import strategies as st

from core.domain import Segment, Transcript
from core.editing import Document, Edit, delete, difference, merge, replace_text, retype, split

TALK = Transcript(
    tuple(Segment(number, number + 1.0, f"Sentence {number}.") for number in range(8)), "en", 8.0, "p", "m"
)


@st.composite
def edited(draw: st.DrawFn, document: Document) -> Document:
    """The document after some edits of any kind."""
    for _ in range(draw(st.integers(0, 6))):
        segments = document.segments
        if not segments:
            break
        number = draw(st.integers(0, len(segments) - 1))
        one = segments[number]
        kind = draw(st.sampled_from(["type", "split", "merge", "delete", "insert"]))
        edit = Edit(())
        if kind == "type":
            edit = replace_text(document, one.id, draw(st.sampled_from(["Other", "", "Sentence 1."])))
        elif kind == "split" and " " in one.segment.text:
            edit = split(document, one.id, one.segment.text.index(" "))
        elif kind == "merge" and number + 1 < len(segments):
            edit = merge(document, [one.id, segments[number + 1].id])
        elif kind == "delete":
            edit = delete(document, [one.id])
        elif kind == "insert":
            edit = retype(document, number, 1, ["New.", one.segment.text])
        document = document.after(edit)
    return document


@given(st.data())
def test_the_difference_leads_from_one_document_to_the_other_and_back(data: st.DataObject) -> None:
    before = data.draw(edited(Document.of(TALK)))
    after = data.draw(edited(before))
    assert before.after(difference(before, after)).segments == after.segments
    assert after.after(difference(after, before)).segments == before.segments


@given(st.permutations(range(8)))
def test_segments_in_another_order_are_found_too(order: list[int]) -> None:
    before = Document.of(TALK)
    after = Document(tuple(before.segments[number] for number in order), before.next_id)
    assert before.after(difference(before, after)).segments == after.segments


def test_far_from_each_other_two_segments_are_two_splices() -> None:
    before = Document.of(TALK)
    after = before.after(replace_text(before, before.segments[1].id, "Other."))
    after = after.after(delete(after, [after.segments[6].id]))
    edit = difference(before, after)
    assert [(one.index, len(one.before), len(one.after)) for one in edit.splices] == [(6, 1, 0), (1, 1, 1)]
    assert difference(after, after) == Edit(())
