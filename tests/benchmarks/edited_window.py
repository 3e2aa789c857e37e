"""The window with a long transcript: how long it takes to open, to show a key, to go elsewhere, and what playing costs.

Arguments: how many segments, the recording, how many keys, how many jumps, and for how many seconds it is played.
"""

import asyncio
import json
import sys
import time
from collections.abc import Callable
from typing import Any

import miniaudio
from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTextEdit

import gui.desktop
from core.app.notula import Notula
from core.domain import CacheKey, ContentHash, Requester, Segment, SourceReference, Transcript, TranscriptId, Word
from core.media.discovery import FILE
from core.playback.ready_sound import ReadySound
from core.playback.sound_device import MiniaudioDevice
from gui.desktop import Desktop
from gui.main import run
from gui.pages.transcript.segment_editor import SegmentEditor
from gui.pages.transcript.transcript_page import TranscriptPage

SEGMENT_S = 3.0
WORDS = 10
RECORDING_S = 600.0
"""The transcript may be of a longer one: what isn't played needn't be there."""

_KEY_PAUSE_S = 0.06
"""Between two keys: somebody who types fast."""

_LOOK_S = 0.002

painted = asyncio.Event()
"""Some of the text was."""

taken: list[tuple[float, float]] = []
"""When the device took samples, and where in the recording they begin."""


def long_transcript(count: int) -> Transcript:
    """Segments of ten words each, of three speakers in turn."""
    segments = []
    for number in range(count):
        begin_s, step_s = number * SEGMENT_S, SEGMENT_S / WORDS
        words = tuple(
            Word(begin_s + step_s * n, begin_s + step_s * (n + 1), f"word{(number * 7 + n) % 997}", 0.9)
            for n in range(WORDS)
        )
        text = " ".join(word.text for word in words)
        segments.append(Segment(begin_s, begin_s + SEGMENT_S, text, words, f"Speaker {number // 5 % 3 + 1}"))
    return Transcript(tuple(segments), "en", count * SEGMENT_S, "on-device", "base")


async def keep(notula: Notula, recording: str, transcript: Transcript) -> TranscriptId:
    """Put the transcript in the history, and have recordings played on no device."""
    notula.playback._make_device = lambda: MiniaudioDevice([miniaudio.Backend.NULL])
    return await notula._stores.history.save(
        SourceReference(FILE, recording, "long.wav"),
        CacheKey("long"),
        ContentHash("ab" * 32),
        transcript,
        1.0,
        requester=Requester("desktop"),
    )


async def until(condition: Callable[[], object]) -> None:
    """Look again and again, as often as the figures are exact."""
    while not condition():  # noqa: ASYNC110
        await asyncio.sleep(_LOOK_S)


async def measure(desktop: Desktop, arguments: list[str]) -> dict[str, Any]:
    """What `main` prints."""
    count, recording, keys, jumps, playing_s = int(arguments[0]), arguments[1], *map(int, arguments[2:])
    transcript = long_transcript(count)
    number = await desktop.core.call(lambda notula: keep(notula, recording, transcript))
    page = desktop.window.page(TranscriptPage)
    painted.clear()
    begun = time.perf_counter()
    desktop.window.show_transcript(number)
    await painted.wait()
    open_ms = (time.perf_counter() - begun) * 1000
    keys_ms = [await key_ms(page, n) for n in range(keys)]
    while page.session.stack.canUndo():
        page.session.stack.undo()
    await page.save()
    page.player.toggle()
    await until(lambda: page.player.is_playing and page.player._player is not None)
    player = page.player._player
    assert player is not None
    await until(lambda: player.sound.is_whole)
    jumps_ms = [await jump_ms(page, (n + 1) * 0.8 * min(RECORDING_S, count * SEGMENT_S) / jumps) for n in range(jumps)]
    page.player.go_to(0.0)
    wall, used = time.perf_counter(), time.process_time()
    await asyncio.sleep(playing_s)
    share = (time.process_time() - used) / (time.perf_counter() - wall)
    return {"open_ms": open_ms, "keys_ms": keys_ms, "jumps_ms": jumps_ms, "playing": share * 100}


async def key_ms(page: TranscriptPage, number: int) -> float:
    """From a key to the painted letter, at places all over what is laid out."""
    editor = page.editor
    if number % 20 == 0:
        editor.go_to_segment((number * 97) % len(page.session.document.segments))
    await asyncio.sleep(_KEY_PAUSE_S)
    painted.clear()
    begun = time.perf_counter()
    QTest.keyClick(editor, Qt.Key.Key_Space if number % 6 == 5 else Qt.Key.Key_A)
    await painted.wait()
    return (time.perf_counter() - begun) * 1000


async def jump_ms(page: TranscriptPage, position_s: float) -> float:
    """From a jump to the first samples of the new place."""
    taken.clear()
    begun = time.perf_counter()
    page.player.go_to(position_s)
    await until(lambda: any(position_s <= at_s < position_s + 1.0 for _, at_s in taken))
    return (next(at for at, at_s in taken if position_s <= at_s < position_s + 1.0) - begun) * 1000


class MeasuredDesktop(Desktop):
    """The app as it is, measured once its core runs."""

    figures: dict[str, Any]

    def start(self, *arguments: Any, **options: Any) -> None:
        super().start((), *arguments[1:], **options)
        self.operations.start(measure(self, sys.argv[1:]), done=self._end)

    def _end(self, figures: dict[str, Any]) -> None:
        MeasuredDesktop.figures = figures
        self.quit()


def watch() -> None:
    """Note when the text is painted, and when samples are taken."""
    take = ReadySound.take

    def paint(editor: SegmentEditor, event: QPaintEvent) -> None:
        QTextEdit.paintEvent(editor, event)
        if editor.document().blockCount() > 1:  # An empty page was painted before.
            painted.set()

    def noted_take(ready: ReadySound, samples: int) -> bytes:
        pcm = take(ready, samples)
        if pcm:
            taken.append((time.perf_counter(), ready._heard[1]))
        return pcm

    SegmentEditor.paintEvent = paint  # type: ignore[method-assign]
    ReadySound.take = noted_take  # type: ignore[method-assign]


def main() -> int:
    watch()
    gui.desktop.Desktop = MeasuredDesktop  # type: ignore[misc] # gui.main imports it when it is about to make one.
    status = run([])
    print(json.dumps(MeasuredDesktop.figures))
    return status


if __name__ == "__main__":
    sys.exit(main())
