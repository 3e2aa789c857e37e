"""Which key is used next."""

from core.domain.errors import KeyRefused
from core.providers.routing.key_ring import FIRST_COOLING_S, OUT_S, KeyRing


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def refusal() -> KeyRefused:
    return KeyRefused(provider="Groq", ending="3f2a")


def test_keys_take_turns() -> None:
    ring = KeyRing(["a", "b", "c"], Clock())
    assert [ring.take() for _ in range(5)] == ["a", "b", "c", "a", "b"]


def test_a_key_that_was_used_too_often_rests() -> None:
    clock = Clock()
    ring = KeyRing(["a", "b"], clock)
    ring.rest("a", 5)
    assert [ring.take() for _ in range(3)] == ["b", "b", "b"]
    ring.rest("b", 20)
    assert ring.take() is None
    assert (ring.usable, ring.resting) == (2, 2)
    assert ring.free_in_s() == 5
    assert ring.free_in_s(but=frozenset({"a"})) == 20
    clock.now += 5
    assert ring.take() == "a"
    clock.now += 15
    assert {ring.take(), ring.take()} == {"a", "b"}


def test_a_key_rests_longer_each_time_that_nobody_says_how_long() -> None:
    clock = Clock()
    ring = KeyRing(["a"], clock)
    rests = []
    for _ in range(8):
        ring.rest("a", None)
        ring.rest("a", None)  # Of a call that ran at the same time.
        rests.append(ring.free_in_s())
        clock.now += rests[-1] or 0.0
    assert rests == [FIRST_COOLING_S, 2, 4, 8, 16, 32, 60, 60]
    ring.worked("a")
    ring.rest("a", None)
    assert ring.free_in_s() == FIRST_COOLING_S


def test_a_key_that_was_refused_is_out_until_somebody_may_have_seen_to_it() -> None:
    clock = Clock()
    ring = KeyRing(["a", "b"], clock)
    ring.put_out("a", refusal())
    assert (len(ring), ring.usable) == (2, 1)
    assert [ring.take(), ring.take()] == ["b", "b"]
    ring.put_out("b", refusal())
    assert ring.take() is None
    assert ring.free_in_s() is None
    clock.now += OUT_S
    assert ring.take() is not None
    assert len(ring.refusals) == 2  # Told until a key works.
    ring.worked("a")
    ring.worked("b")
    assert ring.refusals == ()


def test_a_call_tries_each_key_once() -> None:
    ring = KeyRing(["a", "b"], Clock())
    first = ring.take()
    assert first is not None
    assert ring.take(but=frozenset({first})) == "b"
    assert ring.take(but=frozenset({"a", "b"})) is None
    assert ring.free_in_s(but=frozenset({"a", "b"})) is None
