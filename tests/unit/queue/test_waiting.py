"""Whose turn it is."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import JobId, Priority, Requester
from core.queue.local.waiting import WaitingJobs

ANNA, BEN, CARLA = (Requester("telegram", name) for name in ("anna", "ben", "carla"))

DESKTOP, PHONE = Requester("desktop"), Requester("telegram")


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def waiting(clock: Clock) -> WaitingJobs:
    return WaitingJobs(clock, ageing_s=100)


def add(waiting: WaitingJobs, *names: str, of: Requester = ANNA, priority: Priority = Priority.LONG) -> None:
    for name in names:
        waiting.add(JobId(name), of, priority, len(waiting))


def take_all(waiting: WaitingJobs) -> list[str]:
    taken = []
    while (job_id := waiting.take(lambda _: True)) is not None:
        taken.append(job_id)
    return taken


def test_people_take_turns(waiting: WaitingJobs) -> None:
    add(waiting, "a1", "a2", "a3")
    add(waiting, "b1", "b2", of=BEN)
    add(waiting, "c1", of=CARLA)
    assert take_all(waiting) == ["a1", "b1", "c1", "a2", "b2", "a3"]
    assert len(waiting) == 0


def test_the_urgent_goes_first(waiting: WaitingJobs) -> None:
    for priority in reversed(Priority):
        add(waiting, priority.name, priority=priority)
    assert take_all(waiting) == [priority.name for priority in Priority]


def test_who_has_waited_long_goes_with_the_more_urgent(waiting: WaitingJobs, clock: Clock) -> None:
    add(waiting, "folder", priority=Priority.BACKGROUND)
    clock.now = 299
    add(waiting, "early", of=BEN, priority=Priority.INTERACTIVE)
    assert waiting.take(lambda _: True) == "early"
    clock.now = 301
    add(waiting, "late", of=CARLA, priority=Priority.INTERACTIVE)
    assert waiting.take(lambda _: True) == "folder"


def test_a_clock_that_stands_still_or_leaps_keeps_the_order(waiting: WaitingJobs, clock: Clock) -> None:
    add(waiting, "first", "second")
    clock.now = 1e9
    add(waiting, "third")
    assert waiting.oldest_age_s() == 1e9
    clock.now = 0
    assert waiting.oldest_age_s() == 0
    assert take_all(waiting) == ["first", "second", "third"]


def test_who_may_not_run_is_passed_over(waiting: WaitingJobs) -> None:
    add(waiting, "a1")
    add(waiting, "b1", of=BEN)
    assert waiting.take(lambda requester: requester == BEN) == "b1"
    assert waiting.take(lambda requester: requester == BEN) is None
    assert waiting.take(lambda _: True) == "a1"


def test_what_is_discarded_never_comes(waiting: WaitingJobs) -> None:
    add(waiting, "a1", "a2", "a3")
    waiting.discard(JobId("a1"))
    waiting.discard(JobId("a3"))
    waiting.discard(JobId("unknown"))
    assert (len(waiting), waiting.count_of(ANNA)) == (1, 1)
    assert take_all(waiting) == ["a2"]
    assert waiting.count_of(ANNA) == 0


def test_one_that_comes_back_keeps_its_place(waiting: WaitingJobs) -> None:
    add(waiting, "a1", "a2")
    first = waiting.take(lambda _: True)
    assert first is not None
    waiting.add(first, ANNA, Priority.LONG, 0)
    waiting.add(first, ANNA, Priority.LONG, 0)
    assert take_all(waiting) == ["a1", "a2"]


def test_the_numbers_are_right(waiting: WaitingJobs, clock: Clock) -> None:
    add(waiting, "a1", "a2", priority=Priority.SHORT)
    clock.now = 7
    add(waiting, "b1", of=BEN, priority=Priority.BACKGROUND)
    assert list(waiting.by_priority().values()) == [0, 2, 0, 1]
    assert waiting.oldest_age_s() == 7


@given(
    st.lists(st.tuples(st.sampled_from([ANNA, BEN, CARLA]), st.sampled_from(list(Priority))), max_size=40),
    st.integers(1, 3),
)
def test_everybody_is_served_once_and_nobody_twice_before_another_equally_urgent(
    requests: list[tuple[Requester, Priority]], most: int
) -> None:
    clock = Clock()
    waiting = WaitingJobs(clock)
    for number, (requester, priority) in enumerate(requests):
        waiting.add(JobId(str(number)), requester, priority, number)
    running: Counter[Requester] = Counter()
    order: list[int] = []
    while len(waiting):
        job_id = waiting.take(lambda requester: running[requester] < most)
        if job_id is None:
            running.clear()
            continue
        requester, priority = requests[int(job_id)]
        running[requester] += 1
        assert running[requester] <= most
        order.append(int(job_id))
    assert sorted(order) == list(range(len(requests)))
    for requester in (ANNA, BEN, CARLA):
        mine = [number for number in order if requests[number][0] == requester]
        assert mine == sorted(mine, key=lambda number: (requests[number][1], number))


people = st.sampled_from([ANNA, BEN, DESKTOP, PHONE])
arrivals = st.lists(st.tuples(people, st.sampled_from(list(Priority)), st.integers(0, 90)), max_size=25)


@given(arrivals, st.integers(0, 10), st.sets(st.integers(0, 24)), st.sets(st.integers(0, 24)))
def test_the_order_that_is_told_is_that_in_which_jobs_are_taken(
    requests: list[tuple[Requester, Priority, int]], taken: int, left: set[int], back: set[int]
) -> None:
    clock = Clock()
    waiting = WaitingJobs(clock, ageing_s=100)
    for number, (requester, priority, later_s) in enumerate(requests):
        waiting.add(JobId(str(number)), requester, priority, number)
        clock.now += later_s
    for _ in range(taken):
        waiting.take(lambda _: True)
    for number in left:
        waiting.discard(JobId(str(number)))
    for number in back & left:
        if number < len(requests):
            requester, priority, _ = requests[number]
            waiting.add(JobId(str(number)), requester, priority, number)
    told = waiting.order()
    assert told == take_all(waiting)


@given(arrivals, st.permutations(range(25)), st.integers(0, 25))
def test_whatever_the_owner_arranges_nobody_elses_job_begins_at_another_time(
    requests: list[tuple[Requester, Priority, int]], wanted: list[int], most: int
) -> None:
    clock = Clock()
    waiting = WaitingJobs(clock, ageing_s=100)
    for number, (requester, priority, later_s) in enumerate(requests):
        waiting.add(JobId(str(number)), requester, priority, number)
        clock.now += later_s
    before, counts, oldest_s = waiting.order(), waiting.by_priority(), waiting.oldest_age_s()
    arranged = [JobId(str(number)) for number in wanted[:most]]
    given = waiting.arrange(arranged)
    after = waiting.order()
    owners = set(waiting.owners_of(before))
    is_arranged = [job_id for job_id in arranged if job_id in owners]
    assert [job_id for job_id in after if job_id in is_arranged] == is_arranged
    for one, other in zip(before, after, strict=True):
        assert one == other or {one, other} <= set(is_arranged)
    assert {job_id: given.get(job_id, job_id) for job_id in after} == dict(zip(after, before, strict=True))
    assert (waiting.by_priority(), waiting.oldest_age_s()) == (counts, oldest_s)
    assert after == take_all(waiting)


def test_of_two_that_came_at_once_one_that_has_aged_can_be_put_before_the_other(
    waiting: WaitingJobs, clock: Clock
) -> None:
    waiting.add(JobId("urgent"), DESKTOP, Priority.INTERACTIVE, 0)
    waiting.add(JobId("short"), DESKTOP, Priority.SHORT, 1)
    clock.now += 100
    assert waiting.order() == ["urgent", "short"]
    waiting.arrange([JobId("short"), JobId("urgent")])
    assert waiting.order() == take_all(waiting) == ["short", "urgent"]


def test_the_owner_has_one_turn_among_others_whichever_way_the_jobs_came_in(waiting: WaitingJobs) -> None:
    add(waiting, "d1", "d2", of=DESKTOP)
    add(waiting, "p1", of=PHONE)
    add(waiting, "a1", "a2")
    assert take_all(waiting) == ["d1", "a1", "d2", "a2", "p1"]


def test_a_steady_stream_of_urgent_work_starves_nobody(waiting: WaitingJobs, clock: Clock) -> None:
    add(waiting, "patient", priority=Priority.BACKGROUND)
    for number in range(1000):
        waiting.add(JobId(f"urgent-{number}"), BEN, Priority.INTERACTIVE, number)
        clock.now += 10
        if waiting.take(lambda _: True) == "patient":
            break
    assert clock.now <= 320
