"""Each recording counts once, whatever happens to the files of a watched folder, and whenever Notula ends meanwhile."""

import asyncio
import itertools
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from core.store.sqlite import Database
from core.watching.watch_tools import DueRecording
from tests.property_examples import share_of_examples
from tests.unit.watching.driver import WatchedFolderDriver

NAMES = st.sampled_from(["a.wav", "b.wav", "c.mp3", "sub/a.wav", "sub/d.wav", "other.txt", "half.wav.part"])
SECONDS = st.sampled_from([1.0, 6.0, 60.0, 700.0])


def is_recording(name: str) -> bool:
    return name.endswith((".wav", ".mp3"))


class Crash(Exception):
    """Stands for the end of the process."""


class Driver(WatchedFolderDriver):
    """Notes what was in each file when it was submitted. `crashes` is when Notula ends: before or after that."""

    crashes = ""

    async def _submit(self, recordings: Sequence[DueRecording], folder: object) -> None:
        self.contents: dict[str, bytes] = getattr(self, "contents", {})
        if self.crashes == "before":
            raise Crash
        for recording in recordings:
            self.contents.setdefault(recording.job_id, recording.file.read_bytes())
        if self.crashes == "after":
            raise Crash


class Watching(RuleBasedStateMachine):
    """Every content that is written is another one, so that each has to have one job, or none if it was there first."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.place = Path(tempfile.mkdtemp())
        self.database = self.runner.run(Database.open(self.place / "notula.db"))
        self.folder = self.place / "watched"
        (self.folder / "sub").mkdir(parents=True)
        self.counts = itertools.count(1)
        self.before: set[bytes] = set()
        self.either: set[bytes] = set()

    def teardown(self) -> None:
        self.runner.run(self.database.close())
        self.runner.close()
        shutil.rmtree(self.place)

    @initialize(names=st.sets(NAMES, max_size=3))
    def begin(self, names: set[str]) -> None:
        for name in names:
            content = self.write(name)
            if is_recording(name):
                self.before.add(content)
        self.driver = Driver(self.folder, self.database)
        self.driver.contents = {}
        self.runner.run(self.driver.look())

    def write(self, name: str) -> bytes:
        content = f"recording {next(self.counts):05}".encode()
        (self.folder / name).write_bytes(content)
        return content

    @rule(name=NAMES)
    def create_or_replace(self, name: str) -> None:
        self.write(name)

    @rule(name=NAMES)
    def append(self, name: str) -> None:
        with (self.folder / name).open("ab") as opened:
            opened.write(f" and {next(self.counts):05}".encode())

    @rule(name=NAMES, other=NAMES)
    def rename(self, name: str, other: str) -> None:
        if (self.folder / name).exists():
            content = (self.folder / name).read_bytes()
            if content in self.before and not is_recording(other):  # Should it come back, it may count.
                self.before.remove(content)
                self.either.add(content)
            (self.folder / name).replace(self.folder / other)

    @rule(name=NAMES)
    def touch(self, name: str) -> None:
        """Only of what has been read: of what was there before, nobody knows that it is the same."""
        file = self.folder / name
        if file.exists() and file.read_bytes() in self.driver.contents.values():
            file.touch()

    @rule(name=NAMES)
    def delete(self, name: str) -> None:
        (self.folder / name).unlink(missing_ok=True)

    @rule(seconds=SECONDS)
    def look(self, seconds: float) -> None:
        self.runner.run(self.driver.look(after_s=seconds))

    @rule()
    def restart(self) -> None:
        self.driver.started()

    @rule(when=st.sampled_from(["before", "after"]))
    def crash(self, when: str) -> None:
        self.driver.crashes = when
        try:
            self.runner.run(self.driver.settle())
        except Crash:
            self.driver.started()
        self.driver.crashes = ""

    @rule()
    def settle(self) -> None:
        """Wherever nothing changes any more, everything that is there has had its job, if it wasn't there before."""
        self.runner.run(self.driver.settle())
        there = {file.read_bytes() for file in self.folder.rglob("*") if file.is_file() and is_recording(file.name)}
        assert there <= self.before | self.either | set(self.driver.contents.values())

    @invariant()
    def nothing_counts_twice_and_nothing_from_before(self) -> None:
        submitted = list(getattr(self.driver, "contents", {}).values()) if hasattr(self, "driver") else []
        assert len(submitted) == len(set(submitted))
        assert not self.before & set(submitted)


TestWatching = Watching.TestCase
TestWatching.settings = settings(max_examples=share_of_examples(0.2), stateful_step_count=25, deadline=None)
