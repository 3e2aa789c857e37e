import json

from core.domain import Segment, Transcript, TranslatableText

NOTICE = TranslatableText(
    "The recording of {when} breaks off.", {"when": TranslatableText("{day} at noon", {"day": "Monday"})}
)
TRANSCRIPT = Transcript((Segment(0.0, 1.0, "Ever tried."),), "en", 1.0, "on-device", "tiny.en", (NOTICE,))


def test_notices_stay_with_a_transcript_that_is_kept() -> None:
    assert Transcript.from_dict(json.loads(json.dumps(TRANSCRIPT.to_dict()))) == TRANSCRIPT


def test_a_transcript_of_before_there_were_notices_has_none() -> None:
    described = TRANSCRIPT.to_dict()
    del described["notices"]
    assert Transcript.from_dict(described).notices == ()
