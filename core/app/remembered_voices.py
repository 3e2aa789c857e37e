"""Voices that a person has had remembered, and who in a transcript may be one of them.

Prints of voices identify people. The prints of an ordinary transcription are dropped with it, so here the recording is
heard again, and only when a person asks for it: nothing is kept, or compared, that nobody has asked for. Other people's
recordings are left alone, and nothing here is called by the bot.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from core.app.voices_file import VoicesFile
from core.domain import SpeechChunk, StoredTranscript, TranscriptId
from core.domain.errors import RecordingNotAtHand, SourceError, TooLittleSpeech, VoicesModelMissing, VoiceUnknown
from core.domain.speakers import find_speaker, speaker_name, speakers_of
from core.domain.speech import BYTES_PER_SECOND
from core.domain.visible import one_line
from core.media import Decoder, FileSource
from core.pipeline.recording_notices import track_of
from core.store import History
from core.voices import LEAST_SPEECH_S, RememberedVoice, VoicePrint, VoiceTeller, suggested_names

MOST_SPEECH_S = 60.0
"""How much of each speaker is heard: more makes a print hardly better."""

_LEAST_PIECE_S = 1.0
"""Shorter pieces of speech are left out: a print is made of 1.5 s."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """What a speaker says without a break, in seconds."""

    speaker: str
    start_s: float
    end_s: float


class RememberedVoices:
    """Lives on one event loop. `clock` gives seconds since the epoch."""

    def __init__(
        self, file: VoicesFile, history: History, decoder: Decoder, teller: VoiceTeller, clock: Callable[[], float]
    ) -> None:
        self._file = file
        self._history = history
        self._decoder = decoder
        self._teller = teller
        self._clock = clock
        self._changing = asyncio.Lock()

    async def names(self) -> tuple[str, ...]:
        """Who is remembered. Raises `VoicesFileUnusable`."""
        return tuple(voice.name for voice in await asyncio.to_thread(self._file.read))

    async def remember(self, transcript_id: TranscriptId, speaker: str, name: str) -> bool:
        """Remember the voice of a speaker, by label or number, under a name; one that has the name is replaced.

        To be called only where the person whose voice it is has agreed. False where the transcript was deleted. Raises
        `SpeakersError`, `VoicesError` and their children, and what decoding and `VoiceTeller.hear` raise.
        """
        stored = await self._history.get(transcript_id)
        if stored is None:
            return False
        label, name = find_speaker(stored.transcript, speaker).name, speaker_name(name)
        found = (await self._heard(stored, {label})).get(label)
        if found is None or found.speech_s < LEAST_SPEECH_S:
            raise TooLittleSpeech(speaker=label, seconds=round(LEAST_SPEECH_S))
        async with self._changing:
            others = [voice for voice in await asyncio.to_thread(self._file.read) if voice.name != name]
            new = RememberedVoice(name, found, self._clock())
            await asyncio.to_thread(self._file.write, (*others, new))
        return True

    async def suggestions(self, transcript_id: TranscriptId) -> dict[str, str] | None:
        """Who the speakers may be: remembered names by label, of those that are like a voice; None where it is deleted.

        Raises as `remember` does.
        """
        stored = await self._history.get(transcript_id)
        if stored is None:
            return None
        remembered = await asyncio.to_thread(self._file.read)
        if not remembered:
            return {}
        speakers = {one.name for one in speakers_of(stored.transcript) if one.seconds >= LEAST_SPEECH_S}
        suggested = suggested_names(await self._heard(stored, speakers), remembered)
        return {label: name for label, name in suggested.items() if name != label}

    async def forget(self, name: str) -> None:
        """Forget the voice of this name. Raises `VoiceUnknown` and `VoicesFileUnusable`."""
        async with self._changing:
            remembered = await asyncio.to_thread(self._file.read)
            others = [voice for voice in remembered if voice.name != one_line(name)]
            if len(others) == len(remembered):
                raise VoiceUnknown(name=one_line(name))
            await asyncio.to_thread(self._file.write, others)

    async def forget_all(self) -> None:
        """Forget every voice, also where the file is damaged. Raises `VoicesFileUnusable`."""
        async with self._changing:
            await asyncio.to_thread(self._file.delete)

    async def _heard(self, stored: StoredTranscript, speakers: set[str]) -> dict[str, VoicePrint]:
        """The prints of these speakers, heard from the recording; without those who say too little."""
        if self._teller.model is None:
            raise VoicesModelMissing
        speech = await self._speech(stored, _pieces(stored, speakers))
        prints: dict[str, VoicePrint] = {}
        for speaker, pcm in speech.items():
            chunk = SpeechChunk.of_pcm(0, 0.0, bytes(pcm))
            decision = await self._teller.decide([await self._teller.hear(chunk)], 1)
            if decision.voices:
                prints[speaker] = decision.voices[0]
        return prints

    async def _speech(self, stored: StoredTranscript, pieces: Iterable[_Piece]) -> dict[str, bytearray]:
        """What each speaker says, one piece after another, as decoded speech."""
        wanted = sorted(pieces, key=lambda piece: piece.start_s)
        speech: dict[str, bytearray] = {}
        begin = 0
        track = track_of(stored.transcript.notices)
        async with self._recording(stored) as source, self._decoder.decode(source, track=track) as decoding:
            async for block in decoding:
                end = begin + len(block.pcm)
                for piece in wanted:
                    first, last = max(begin, _bytes(piece.start_s)), min(end, _bytes(piece.end_s))
                    if first < last:
                        speech.setdefault(piece.speaker, bytearray()).extend(block.pcm[first - begin : last - begin])
                begin = end
                wanted = [piece for piece in wanted if _bytes(piece.end_s) > begin]
                if not wanted:
                    break
        return speech

    @asynccontextmanager
    async def _recording(self, stored: StoredTranscript) -> AsyncIterator[FileSource]:
        """The owner's own recording, if its file is as it was. Raises `RecordingNotAtHand`."""
        missing = RecordingNotAtHand(name=stored.entry.name)
        if stored.entry.requester is not None:
            raise missing
        try:
            source = await FileSource.open(stored.entry.location, stored.entry.name)
        except (SourceError, ValueError) as error:
            raise missing from error
        try:
            if await source.content_hash() != stored.content_hash:
                raise missing
            yield source
        finally:
            await source.close()


def _pieces(stored: StoredTranscript, speakers: set[str]) -> list[_Piece]:
    """The longest pieces of each of these speakers, `MOST_SPEECH_S` in all."""
    pieces: list[_Piece] = []
    left_s = dict.fromkeys(speakers, MOST_SPEECH_S)
    for segment in sorted(stored.transcript.segments, key=lambda one: one.start_s - one.end_s):
        speaker, length_s = one_line(segment.speaker or ""), segment.end_s - segment.start_s
        if length_s >= _LEAST_PIECE_S and left_s.get(speaker, 0.0) > 0:
            pieces.append(_Piece(speaker, segment.start_s, segment.start_s + min(length_s, left_s[speaker])))
            left_s[speaker] -= length_s
    return pieces


def _bytes(time_s: float) -> int:
    """The place of a time in decoded speech."""
    return round(time_s * BYTES_PER_SECOND / 2) * 2
