"""`notula transcribe`: a batch of recordings, their texts as they come, and a summary."""

import asyncio
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from core.cli.progress import progress_bars
from core.cli.providers import chosen_options
from core.cli.running import stopped_with_grace, to_the_end
from core.cli.terminal import Terminal
from core.concurrency.supervision import end
from core.domain import Job, JobId, JobState, NotulaError, Requester, TranslatableText
from core.domain.errors import InternalError, OutputFailed
from core.domain.left_out import LeftOut, left_out_sentences
from core.domain.no_speech import sentence_without_speech
from core.domain.translatable_text import distinct
from core.domain.visible import one_line
from core.export import write_to_folder
from core.i18n import Translator

if TYPE_CHECKING:
    from core.app.notula import Notula

CHANNEL = "cli"
WRONG_USE = 2
NO_SPEECH = 3
"""The exit status where all went well and nobody speaks in any of the recordings."""


@dataclass(frozen=True)
class Request:
    """The arguments of `transcribe`: files, folders and addresses. Without `output` the text goes to standard output.

    `model` and `provider` were named on the command line, which may be a slip; empty where the settings decide.
    """

    wanted: tuple[Path | str, ...]
    formats: tuple[str, ...]
    output: Path | None = None
    quiet: bool = False
    model: str = ""
    provider: str = ""
    track: int | None = None


async def transcribe(terminal: Terminal, request: Request) -> int:
    """Transcribe the recordings and deliver what came of each.

    Stopping it cancels what isn't done, what runs only after the seconds of `shutdown_grace_s`.
    """
    begun = time.monotonic()
    tally = Tally()
    wanted: list[Path | str] = []
    for item in request.wanted:
        if isinstance(item, Path) and _is_missing(item):
            tally.failed += 1
            terminal.note(terminal.tr("There is no file {path}.", path=str(item)))
        else:
            wanted.append(item)
    if not wanted:
        return 1
    if terminal.settings.queue_paused:
        if not request.quiet:
            terminal.note(
                terminal.tr("The queue of the window and the bot is paused; this command works all the same.")
            )
        unpaused = terminal.settings_service.with_values(queue_paused=False)
        terminal = replace(terminal, settings_service=unpaused)
    async with terminal.notula() as notula:
        options = await chosen_options(terminal, notula, request.provider, request.model)
        if options is None:
            return WRONG_USE
        options = replace(options, track=request.track)

        def tell(left_out: LeftOut) -> None:
            for sentence in left_out_sentences(terminal.tr, left_out):
                terminal.note(sentence)

        ids = await notula.jobs.submit(wanted, Requester(CHANNEL), options=options, on_left_out=tell)
        if not ids:
            terminal.note(terminal.tr("There are no recordings in that folder."))
            return 1
        several = len(ids) > 1 or len(request.wanted) > 1
        is_live = sys.stderr.isatty() and not request.quiet
        waiting = deque(ids)

        async def deliver(job: Job) -> None:
            waiting.popleft()
            await to_the_end(_deliver(terminal, notula, request, job, tally, several=several))

        try:
            async with progress_bars(notula, ids) if is_live else nullcontext(nullcontext) as hidden:
                while waiting:
                    job = await _ended(terminal, notula, waiting[0], hidden)
                    with hidden():
                        await deliver(job)
        except asyncio.CancelledError:
            await _finish_running(terminal, notula, waiting)
            while waiting:
                job = await notula.jobs.wait(waiting[0])
                if job.state is JobState.DONE:
                    await deliver(job)
                else:
                    waiting.popleft()
            raise
        finally:
            # Unlike the window's jobs, these have no one who waits for their results.
            await notula.jobs.cancel(waiting)
    if not request.quiet:
        terminal.note(tally.summary(terminal.tr, time.monotonic() - begun))
    if tally.failed:
        return 1
    return NO_SPEECH if tally.done == tally.without_speech else 0


@dataclass
class Tally:
    """What came of the recordings."""

    done: int = 0
    failed: int = 0
    output_failed: bool = False
    from_cache: int = 0
    without_speech: int = 0
    duration_s: float = 0.0

    def summary(self, tr: Translator, elapsed_s: float) -> str:
        """How much was done in which time. A real-time factor of 0.1 means ten times as fast as it plays."""
        seconds = f"{elapsed_s:.1f}"
        parts = [
            tr.plural(
                "{count} recording in {seconds} s.", "{count} recordings in {seconds} s.", self.done, seconds=seconds
            )
        ]
        if self.duration_s > 0:
            factor = f"{elapsed_s / self.duration_s:.3f}"
            parts.append(
                tr("Length {length} s, real-time factor {factor}.", length=round(self.duration_s), factor=factor)
            )
        if self.from_cache:
            parts.append(tr("Transcribed before: {count}.", count=self.from_cache))
        if self.without_speech:
            parts.append(tr("Without speech: {count}.", count=self.without_speech))
        if self.failed:
            parts.append(tr("Failed: {count}.", count=self.failed))
        return " ".join(parts)


def _is_missing(file: Path) -> bool:
    try:
        file.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False  # It exists; its job reports why it can't be read.
    return False


async def _ended(
    terminal: Terminal, notula: "Notula", job_id: JobId, hidden: Callable[[], AbstractContextManager[object]]
) -> Job:
    """The job once it has ended. The reasons for retries meanwhile are printed, each once."""
    ending = asyncio.create_task(notula.jobs.wait(job_id), name="wait-for-job")
    told: set[str] = set()
    try:
        while not ending.done():
            changed = asyncio.create_task(notula.wait_for_change(), name="wait-for-change")
            await asyncio.wait({ending, changed}, return_when=asyncio.FIRST_COMPLETED)
            await end(changed)
            # A snapshot, not one view: until one is taken, a change that was seen counts as one that is to come.
            view = next((one for one in notula.snapshot().jobs if one.id == job_id), None)
            if view is not None and view.state is JobState.RETRYING and view.error and str(view.error) not in told:
                told.add(str(view.error))
                with hidden():
                    terminal.complain(view.error, view.name)
        return await ending
    finally:
        await end(ending)


async def _finish_running(terminal: Terminal, notula: "Notula", ids: Sequence[JobId]) -> None:
    """Let those of these that run finish within `shutdown_grace_s`; cancel the others. Stopping once more ends it."""
    hurried = asyncio.Event()
    running = {view.id for view in notula.snapshot().jobs if view.id in ids and view.state is JobState.RUNNING}

    async def finish() -> None:
        await notula.jobs.cancel([job_id for job_id in ids if job_id not in running])
        ending = asyncio.create_task(_all_ended(notula, running), name="wait-for-running-jobs")
        hurrying = asyncio.create_task(hurried.wait(), name="wait-for-hurry")
        grace_s = notula.settings.shutdown_grace_s
        await asyncio.wait({ending, hurrying}, timeout=grace_s, return_when=asyncio.FIRST_COMPLETED)
        await end(ending)
        await end(hurrying)
        await notula.jobs.cancel(ids)

    terminal.announce_grace_period(notula)
    await stopped_with_grace(finish(), hurried.set)


async def _all_ended(notula: "Notula", ids: Iterable[JobId]) -> None:
    for job_id in ids:
        await notula.jobs.wait(job_id)


async def _notes(notula: "Notula", job: Job) -> tuple[TranslatableText, ...]:
    """Notes on a finished transcript: why it isn't in the export folder, and which provider made it."""
    await notula.jobs.exported(job.id)
    view = notula.jobs.view(job.id)
    problem = view.export_error if view is not None else job.export_error
    notes = view.notes if view is not None else job.notes
    return (*notes, *([problem] if problem is not None else []))


async def _deliver(
    terminal: Terminal, notula: "Notula", request: Request, job: Job, tally: Tally, *, several: bool
) -> None:
    """Print or write what came of one job."""
    stored = await notula.transcripts.get(job.transcript_id) if job.transcript_id is not None else None
    if stored is None:
        tally.failed += 1
        terminal.complain(job.error or InternalError().message, job.source.name)
        return
    # The same recording may be in the history under another name.
    stored = replace(stored, entry=replace(stored.entry, name=job.source.name))
    try:
        if request.output is None:
            heading = f"{one_line(job.source.name)}:\n" if several else ""
            terminal.print_transcript(stored, request.formats[0], heading=heading)
        for format_name in request.formats if request.output else ():
            assert request.output is not None
            file = await asyncio.to_thread(
                write_to_folder, stored, format_name, request.output, terminal.settings.subtitle_rules
            )
            if file is not None and not request.quiet:
                terminal.note(str(file))
    except OutputFailed as error:
        tally.failed += 1
        if not tally.output_failed:  # Once is enough; the others are in the history all the same.
            tally.output_failed = True
            terminal.complain(error.message)
        return
    except NotulaError as error:
        tally.failed += 1
        terminal.complain(error.message, job.source.name)
        return
    remark = sentence_without_speech(stored.transcript)
    written = request.formats if request.output is not None else request.formats[:1]
    told = (
        *([remark] if remark is not None else []),
        *terminal.notices_on_formats(stored, written),
        *await _notes(notula, job),
    )
    for note in distinct(told):
        terminal.complain(note, job.source.name)
    tally.done += 1
    tally.without_speech += not stored.transcript.text
    tally.from_cache += job.from_cache
    tally.duration_s += stored.transcript.duration_s
