"""Which key is used next."""

from core.providers.key_ring import COOLING_S, KeyRing


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_keys_take_turns() -> None:
    ring = KeyRing(["a", "b", "c"], Clock())
    assert [ring.take() for _ in range(5)] == ["a", "b", "c", "a", "b"]


def test_a_key_that_was_used_too_often_rests() -> None:
    clock = Clock()
    ring = KeyRing(["a", "b"], clock)
    ring.rest("a", 5)
    assert [ring.take() for _ in range(3)] == ["b", "b", "b"]
    ring.rest("b", None)
    assert ring.take() is None
    assert ring.free_in_s == 5
    clock.now += 5
    assert ring.take() == "a"
    clock.now += COOLING_S - 5
    assert {ring.take(), ring.take()} == {"a", "b"}


def test_a_key_that_was_refused_is_out_for_good() -> None:
    ring = KeyRing(["a", "b"], Clock())
    ring.put_out("a")
    assert len(ring) == 1
    assert [ring.take(), ring.take()] == ["b", "b"]
    ring.put_out("b")
    assert ring.take() is None
    assert ring.free_in_s is None


def test_a_call_tries_each_key_once() -> None:
    ring = KeyRing(["a", "b"], Clock())
    first = ring.take()
    assert first is not None
    assert ring.take(but=frozenset({first})) == "b"
    assert ring.take(but=frozenset({"a", "b"})) is None
