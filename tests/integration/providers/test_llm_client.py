"""A language model over HTTP, against strict fakes of Groq, OpenAI and servers at home."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from core.domain import NotulaError
from core.domain.errors import (
    CreditExhausted,
    KeyRefused,
    LlmRefused,
    LlmTextTooLong,
    ProviderError,
    ProviderFailing,
    ProviderOverloaded,
    ProviderUnreachable,
)
from core.domain.llm import LlmRequest
from core.providers.http.endpoint import Endpoint
from core.providers.llm.client import LlmClient
from tests.fakes.llm_answers import Question
from tests.fakes.llm_service import LlmService, Model, groq_llm, openai_llm, refused
from tests.fakes.plain_client import plain_client
from tests.fakes.speech_server import Answer, Reply, SpeechServer
from tests.patience import PATIENCE_S

KEY = "sk-planted-secret-0123456789abcdef3f2a"
"""Nowhere but in a header may it be found."""

MODEL = "openai/gpt-oss-120b"
ASKED = LlmRequest(
    "You translate into English. Answer with JSON.",
    json.dumps({"lines": {"1": "Selamat pagi."}}),
    500,
    json_answer=True,
)
ANSWERED = '{"lines": {"1": "<English> Selamat pagi."}}'


@asynccontextmanager
async def llm_client(
    service: LlmService, model: str, *, key: str | None = KEY, path: str | None = None, timeout_s: float = 30.0
) -> AsyncIterator[tuple[SpeechServer, LlmClient]]:
    async with SpeechServer(service).running() as server, plain_client() as client:
        base_url = f"{server.url}{service.prefix if path is None else path}"
        yield server, LlmClient(Endpoint("groq", "Groq", base_url), model, key, client, timeout_s=timeout_s)


@asynccontextmanager
async def groq(model: str = MODEL, **values: object) -> AsyncIterator[tuple[SpeechServer, LlmClient]]:
    async with llm_client(groq_llm(KEY), model, **values) as both:  # type: ignore[arg-type]
        yield both


@asynccontextmanager
async def home(model: Model, answer: str = "") -> AsyncIterator[tuple[LlmService, LlmClient]]:
    service = LlmService(prefix="/v1", key=None, models={"m": model})
    if answer:
        service.answering = lambda question: answer
    async with llm_client(service, "m", key=None, path="/v1/") as (_, llm):
        yield service, llm


async def test_what_is_asked_is_answered() -> None:
    async with groq() as (server, llm):
        assert await llm.ask(ASKED) == ANSWERED
        (request,) = server.requests
        assert json.loads(request.body) == {
            "model": MODEL,
            "messages": [{"role": "system", "content": ASKED.system}, {"role": "user", "content": ASKED.user}],
            "max_tokens": 500,
            "temperature": 0.0,
            "response_format": {"type": "json_object"},
        }
        assert (llm.name, llm.model) == ("groq", MODEL)


@pytest.mark.parametrize(
    ("status", "error", "transient"),
    [
        (302, LlmRefused, False),
        (400, LlmRefused, False),
        (401, KeyRefused, False),
        (402, CreditExhausted, False),
        (403, KeyRefused, False),
        (404, LlmRefused, False),
        (408, ProviderFailing, True),
        (413, LlmTextTooLong, False),
        (422, LlmRefused, False),
        (429, ProviderOverloaded, True),
        (498, ProviderOverloaded, True),
        (500, ProviderFailing, True),
        (503, ProviderFailing, True),
    ],
)
async def test_a_refusal_is_told_for_what_it_is(status: int, error: type[ProviderError], transient: bool) -> None:
    async with groq() as (server, llm):
        server.next(Reply(status))
        with pytest.raises(error) as failure:
            await llm.ask(ASKED)
        assert type(failure.value) is error
        assert failure.value.transient is transient
        assert failure.value.__context__ is None
        assert len(server.requests) == 1, "who tries again is not the model"


@pytest.mark.parametrize("status", [429, 503])
async def test_a_time_to_wait_is_passed_on(status: int) -> None:
    async with groq() as (server, llm):
        server.next(Reply(status, retry_after="17"))
        with pytest.raises(ProviderError) as failure:
            await llm.ask(ASKED)
        assert failure.value.retry_after_s == 17.0


@pytest.mark.parametrize("reply", [Reply(reset_after=0), Reply(cut=True)], ids=["upload", "answer"])
async def test_a_line_that_breaks_is_worth_another_attempt(reply: Reply) -> None:
    async with groq() as (server, llm):
        server.next(replace(reply))
        with pytest.raises(ProviderUnreachable):
            await llm.ask(ASKED)
        assert await llm.ask(ASKED)


def completion(message: object, ending: str | None = "stop") -> bytes:
    return json.dumps({"choices": [{"index": 0, "message": message, "finish_reason": ending}]}).encode()


@pytest.mark.parametrize(
    "reply",
    [
        Reply(half=True),
        Reply(body=b"<html>"),
        Reply(body=b"[]"),
        Reply(body=b"\xff\xfe"),
        Reply(body=b'{"choices":[]}'),
        Reply(body=b'{"choices":[5]}'),
        Reply(body=b"[" * 100_000),
        Reply(body=completion({"content": None})),
        Reply(body=completion({"content": " \n"})),
        Reply(body=completion({"content": "<think>Hm.</think>"})),
        Reply(body=completion({"content": 5})),
    ],
)
async def test_nonsense_is_worth_another_attempt(reply: Reply) -> None:
    async with groq() as (server, llm):
        server.next(replace(reply))
        with pytest.raises(ProviderFailing):
            await llm.ask(ASKED)
        assert await llm.ask(ASKED)


@pytest.mark.parametrize(
    ("content", "ending", "error"),
    [("half a", "length", LlmTextTooLong), (None, "length", LlmTextTooLong), (None, "content_filter", LlmRefused)],
)
async def test_an_answer_that_was_not_finished_is_none(
    content: str | None, ending: str, error: type[ProviderError]
) -> None:
    async with groq() as (server, llm):
        server.next(Reply(body=completion({"content": content}, ending)))
        with pytest.raises(error):
            await llm.ask(ASKED)


async def test_half_a_character_does_no_harm() -> None:
    async with groq() as (server, llm):
        server.next(Reply(body=completion({"content": "a \ud800 b\x00"})))
        assert await llm.ask(ASKED) == "a \ufffd b"


async def test_a_refusal_in_a_code_that_is_none_is_read_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    async with groq() as (server, llm):
        answer = Answer(400, b'{"error": "no"}', "text/plain; charset=undefined")
        monkeypatch.setattr(server.service, "failure", lambda status: answer)
        server.next(Reply(400))
        with pytest.raises(LlmRefused):
            await llm.ask(ASKED)


async def test_what_a_model_says_to_itself_is_left_out() -> None:
    async with home(Model(), "<think>\nIs it {morning}?\n</think>\n\nGood <think> morning.\n") as (_, llm):
        assert await llm.ask(ASKED) == "Good <think> morning."


async def test_a_text_that_is_more_than_the_context_is_told_apart() -> None:
    async with home(Model(context_tokens=510)) as (_, llm):
        with pytest.raises(LlmTextTooLong, match="too much text for the chat model m of Groq"):
            await llm.ask(ASKED)


@pytest.mark.parametrize(
    "message",
    [
        "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens.",
        "the request exceeds the available context size, try increasing it",
        "'max_tokens' or 'max_completion_tokens' is too large: 4000.",
    ],
)
async def test_not_every_server_has_a_code_for_that(message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with groq() as (server, llm):
        monkeypatch.setattr(server.service, "failure", lambda status: refused(status, message))
        server.next(Reply(400))
        with pytest.raises(LlmTextTooLong):
            await llm.ask(ASKED)


async def test_a_model_that_allows_only_short_answers_is_asked_for_less() -> None:
    async with home(Model(most_answer_tokens=499)) as (_, llm):
        with pytest.raises(LlmTextTooLong):
            await llm.ask(ASKED)


async def test_what_a_newer_model_refuses_is_said_only_once() -> None:
    async with llm_client(openai_llm(KEY), "gpt-5-mini") as (server, llm):
        for _ in range(3):
            assert await llm.ask(ASKED) == ANSWERED
        assert len(server.requests) == 2 + 3
        last = json.loads(server.requests[-1].body)
        assert last["max_completion_tokens"] == 500
        assert not {"max_tokens", "temperature"} & last.keys()


async def test_a_server_that_does_not_know_json_is_not_asked_for_it() -> None:
    async with home(Model(takes_format=False)) as (service, llm):
        for _ in range(2):
            assert await llm.ask(ASKED) == ANSWERED
        assert all("response_format" not in fields for fields in service.asked)


async def test_where_groq_fails_to_write_json_it_may_write_what_it_likes(monkeypatch: pytest.MonkeyPatch) -> None:
    async with groq() as (server, llm):
        failed = refused(400, "Failed to generate JSON. See 'failed_generation' for more.", "json_validate_failed")
        monkeypatch.setattr(server.service, "failure", lambda status: failed)
        server.next(Reply(400))
        assert await llm.ask(ASKED) == ANSWERED
        assert "response_format" not in json.loads(server.requests[-1].body)
        assert await llm.ask(ASKED)
        assert "response_format" in json.loads(server.requests[-1].body)


async def test_a_server_that_refuses_everything_comes_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    everything = "temperature response_format max_completion_tokens json_validate_failed"
    async with groq() as (server, llm):
        monkeypatch.setattr(server.service, "answer", lambda request: Answer(400, everything.encode()))
        with pytest.raises(LlmRefused):
            await llm.ask(ASKED)
        assert len(server.requests) == 4


async def test_a_wrong_model_and_a_wrong_address_are_told() -> None:
    async with groq("gone") as (_, llm):
        with pytest.raises(LlmRefused, match="Groq refuses to work with the chat model gone"):
            await llm.ask(ASKED)
    async with groq(path="/v9") as (_, llm):
        with pytest.raises(LlmRefused):
            await llm.ask(ASKED)


async def test_a_server_that_is_not_there_is_unreachable(unused_tcp_port: int) -> None:
    async with plain_client() as client:
        llm = LlmClient(Endpoint("groq", "Groq", f"http://127.0.0.1:{unused_tcp_port}"), MODEL, KEY, client)
        with pytest.raises(ProviderUnreachable):
            await llm.ask(ASKED)


@pytest.mark.parametrize("drip_s", [None, 0.02])
async def test_a_silent_and_a_dripping_server_are_given_up(drip_s: float | None) -> None:
    async with groq(timeout_s=0.2) as (server, llm):
        server.next(Reply(drip_s=drip_s) if drip_s else Reply(go_on=asyncio.Event()))
        with pytest.raises(ProviderUnreachable):
            await llm.ask(ASKED)


async def test_cancelling_ends_the_request() -> None:
    async with groq() as (server, llm):
        reply = server.next(Reply(go_on=asyncio.Event()))
        running = asyncio.create_task(llm.ask(ASKED))
        await reply.arrived.wait()
        running.cancel()
        async with asyncio.timeout(PATIENCE_S):
            with pytest.raises(asyncio.CancelledError):
                await running
            await reply.left.wait()


@pytest.mark.parametrize("key", [KEY, "wrong-planted-secret-9999", "pasted \u00fc planted", "planted-line\n"])
async def test_neither_the_key_nor_what_was_said_is_to_be_read_anywhere(
    key: str, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[str] = []
    request = replace(ASKED, user=json.dumps({"lines": {"1": "A planted sentence."}}))
    async with groq(key=key) as (server, llm):
        with caplog.at_level(logging.DEBUG):
            for reply in (Reply(), Reply(401), Reply(400), Reply(500), Reply(reset_after=0), Reply(half=True)):
                server.next(reply)
                try:
                    await llm.ask(request)
                except NotulaError as error:
                    logging.getLogger("core").exception("failed")
                    told += [repr(error), str(error), repr(error.message), repr(error.__context__)]
                server.replies.clear()
        told.append(repr(llm))
    formatted = "\n".join(logging.Formatter().format(record) for record in caplog.records)
    assert [line for line in formatted.split("\n") if "planted" in line] == []
    assert "planted" not in "\n".join(told)


async def test_a_question_of_nobody_elses_shape_is_understood_by_the_fake() -> None:
    assert Question.of("Write in English, please.", '{"transcript": ["a"]}').speech == ["a"]
