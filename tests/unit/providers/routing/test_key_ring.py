"""Which key is used next."""

from core.domain.errors import KeyRefused
from core.providers.routing.key_ring import FIRST_BACKOFF_S, REFUSED_FOR_S, KeyRing


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def refusal() -> KeyRefused:
    return KeyRefused(provider="Groq", ending="3f2a")


def test_keys_take_turns() -> None:
    ring = KeyRing(["a", "b", "c"], Clock())
    assert [ring.take() for _ in range(5)] == ["a", "b", "c", "a", "b"]


def test_a_rate_limited_key_is_not_used_for_so_long() -> None:
    clock = Clock()
    ring = KeyRing(["a", "b"], clock)
    ring.mark_rate_limited("a", 5)
    assert [ring.take() for _ in range(3)] == ["b", "b", "b"]
    ring.mark_rate_limited("b", 20)
    assert ring.take() is None
    assert (ring.usable, ring.rate_limited) == (2, 2)
    assert ring.available_in_s() == 5
    assert ring.available_in_s(excluding=frozenset({"a"})) == 20
    clock.now += 5
    assert ring.take() == "a"
    clock.now += 15
    assert {ring.take(), ring.take()} == {"a", "b"}


def test_a_key_is_limited_for_longer_each_time_that_no_time_is_named() -> None:
    clock = Clock()
    ring = KeyRing(["a"], clock)
    rests = []
    for _ in range(8):
        ring.mark_rate_limited("a", None)
        ring.mark_rate_limited("a", None)  # Of a call that ran at the same time.
        rests.append(ring.available_in_s())
        clock.now += rests[-1] or 0.0
    assert rests == [FIRST_BACKOFF_S, 2, 4, 8, 16, 32, 60, 60]
    ring.mark_working("a")
    ring.mark_rate_limited("a", None)
    assert ring.available_in_s() == FIRST_BACKOFF_S


def test_a_refused_key_is_tried_again_after_an_hour() -> None:
    clock = Clock()
    ring = KeyRing(["a", "b"], clock)
    ring.mark_refused("a", refusal())
    assert (len(ring), ring.usable) == (2, 1)
    assert [ring.take(), ring.take()] == ["b", "b"]
    ring.mark_refused("b", refusal())
    assert ring.take() is None
    assert ring.available_in_s() is None
    clock.now += REFUSED_FOR_S
    assert ring.take() is not None
    assert len(ring.refusals) == 2  # Told until a key works.
    ring.mark_working("a")
    ring.mark_working("b")
    assert ring.refusals == ()


def test_a_call_tries_each_key_once() -> None:
    ring = KeyRing(["a", "b"], Clock())
    first = ring.take()
    assert first is not None
    assert ring.take(excluding=frozenset({first})) == "b"
    assert ring.take(excluding=frozenset({"a", "b"})) is None
    assert ring.available_in_s(excluding=frozenset({"a", "b"})) is None
