import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain import Segment, Transcript
from core.domain.errors import KeyRefused, LlmTextTooLong
from core.processing.llm import FallbackLlm
from core.processing.numbered_lines import tokens_of
from core.processing.summarizer import PART_TOKENS, Summarizer
from tests.fakes.llm_answers import FakeLlm, Question, obedient
from tests.property_examples import share_of_examples
from tests.unit.processing.test_translator import ignore, numbered


async def summarize(llm: FakeLlm, transcript: Transcript, language: str = "id") -> Transcript:
    return await Summarizer(FallbackLlm([llm]), language, most_at_once=4).summarize(transcript, ignore)


async def test_a_short_recording_takes_one_request() -> None:
    llm = FakeLlm()
    summary = await summarize(llm, numbered(20))
    text = "In Indonesian: 20 lines, the first of which is 'Ini kalimat nomor 0 dari banyak.'."
    assert summary == Transcript((Segment(0.0, 20.0, text),), "id", 20.0, "groq", "model-1")
    assert len(llm.requests) == 1


async def test_a_long_recording_is_summed_up_from_notes_of_its_parts() -> None:
    llm = FakeLlm()
    fractions: list[float] = []
    transcript = numbered(1000)
    summary = await Summarizer(FallbackLlm([llm]), "en", most_at_once=2).summarize(transcript, fractions.append)
    *parts, joining = llm.questions
    assert [line for part in parts for line in part.speech] == [one.text for one in transcript.segments]
    assert all(sum(map(tokens_of, part.speech)) <= PART_TOKENS for part in parts)
    assert len(parts) == 5
    assert len(joining.notes) == 5
    assert summary.text == "All of it in English: 5 notes."
    assert llm.most_at_once <= 2
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0


async def test_a_day_of_notes_is_joined_in_several_steps() -> None:
    def wordy(question: Question) -> str:
        return "And then somebody said something else that took long. " * 100

    llm = FakeLlm(wordy)
    summary = await summarize(llm, numbered(10_000))
    assert len(llm.requests) < 90
    assert all(sum(map(tokens_of, question.notes)) <= PART_TOKENS for question in llm.questions)
    assert summary.text.startswith("And then")


async def test_who_speaks_is_told() -> None:
    llm = FakeLlm()
    said = (Segment(0, 1, "Shall we?", speaker="Ana"), Segment(1, 2, "Yes."))
    await summarize(llm, Transcript(said, "en", 2.0, "deepgram", "nova-3"))
    assert llm.questions[0].speech == ["Ana: Shall we?", "Yes."]


async def test_without_a_language_it_is_that_of_the_speakers() -> None:
    llm = FakeLlm()
    assert (await summarize(llm, numbered(3), "")).language == ""
    assert "the language that is spoken most" in llm.requests[0].system


@settings(max_examples=share_of_examples(0.4))
@given(st.integers(100, 3000), st.integers(1, 900), st.integers(1, 600))
async def test_a_small_model_gets_less_at_once_and_it_comes_to_an_end(
    context_tokens: int, segments: int, answer_words: int
) -> None:
    def small(question: Question) -> str:
        if sum(map(tokens_of, (*question.speech, *question.notes))) > context_tokens:
            raise LlmTextTooLong(provider="Home", model="small")
        return "word " * answer_words

    assert (await summarize(FakeLlm(small), numbered(segments))).text


async def test_a_model_that_takes_nothing_is_the_end() -> None:
    def tiny(question: Question) -> str:
        raise LlmTextTooLong(provider="Home", model="small")

    with pytest.raises(LlmTextTooLong):
        await summarize(FakeLlm(tiny), numbered(1000))


async def test_what_goes_wrong_with_one_part_is_told_as_it_is() -> None:
    llm = FakeLlm()
    llm.failures = [KeyRefused(provider="Groq", ending="3f2a")]
    with pytest.raises(KeyRefused):
        await summarize(llm, numbered(1000))


async def test_cancelling_ends_all_requests() -> None:
    llm = FakeLlm(obedient)
    llm.gate = asyncio.Event()
    running = asyncio.create_task(summarize(llm, numbered(1000)))
    await llm.is_asked(4)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert (llm.cancelled, llm.at_once) == (4, 0)
