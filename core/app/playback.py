"""Playing the recordings of transcripts, one at a time."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from core.app.recordings import reference_of
from core.concurrency.supervision import complete, end, start_once
from core.domain import ContentHash, NotulaError, SourceReference, StoredTranscript
from core.domain.errors import AnotherRecording, PlaybackFailed, SourceError
from core.media import Decoder, MediaSource
from core.media.discovery import FILE
from core.pipeline.recording_notices import track_of
from core.playback.decoded_sound import DecodedSound
from core.playback.player import Player
from core.playback.sound_device import MiniaudioDevice, SoundDevice

logger = logging.getLogger(__name__)


class Playback:
    """Decodes a recording as the transcription does, so that its times are those of the text, and makes its player."""

    def __init__(
        self,
        decoder: Decoder,
        open_source: Callable[[SourceReference], Awaitable[MediaSource]],
        folder: Path,
        *,
        make_device: Callable[[], SoundDevice] = MiniaudioDevice,
    ) -> None:
        """`folder` is for decoded sound, which is deleted when another recording is opened, and at the end."""
        self._decoder = decoder
        self._open_source = open_source
        self._folder = folder
        self._make_device = make_device
        self._turn = asyncio.Lock()
        """Held while a recording is opened or closed. Closing is carried out to its end, also where its caller is
        cancelled, so that no device, file or child process is left."""
        self._player: Player | None = None
        self._decoding: asyncio.Task[None] | None = None

    async def open(self, stored: StoredTranscript) -> Player:
        """A player of this transcript's recording; the one before is closed. Its sound comes in as it is decoded.

        Raises `NotHere`, `NoRecording`, `SourceError` and its children where the recording can't be read, and
        `PlaybackFailed`.
        """
        async with self._turn:
            await complete(self._close())
            source = await self._open_source(reference_of(stored.entry))
            try:
                sound = await complete(asyncio.to_thread(DecodedSound, self._folder))
            except BaseException as error:
                await complete(source.close())
                if isinstance(error, OSError):
                    raise PlaybackFailed from error
                raise
            player = self._player = Player(sound, self._make_device)
            self._decoding = start_once("playback-decoding", self._decode(source, stored, sound))
            return player

    async def close(self) -> None:
        """Stop playing and delete the decoded sound."""
        async with self._turn:
            await complete(self._close())

    async def _close(self) -> None:
        decoding, self._decoding = self._decoding, None
        player, self._player = self._player, None
        await end(decoding)
        if player is not None:
            await player.close()
            await asyncio.to_thread(player.sound.close)

    async def _decode(self, source: MediaSource, stored: StoredTranscript, sound: DecodedSound) -> None:
        is_file = reference_of(stored.entry).kind == FILE
        comparing = start_once("playback-identity", _compare(source, stored.content_hash, sound)) if is_file else None
        try:
            async with self._decoder.decode(source, track=track_of(stored.transcript.notices)) as decoding:
                async for block in decoding:
                    await complete(asyncio.to_thread(sound.add, block))
            if comparing is not None:
                await comparing
        except NotulaError as error:
            logger.info("decoding to play failed: %r", error)
            sound.problem = error
        except OSError as error:
            logger.warning("decoded sound can't be kept: %r", error)
            sound.problem = PlaybackFailed()
        finally:
            sound.is_whole = True
            await end(comparing)
            await source.close()


async def _compare(source: MediaSource, expected: ContentHash, sound: DecodedSound) -> None:
    """Note where the file isn't what was transcribed. Where it can't be read, decoding tells that."""
    try:
        if await source.content_hash() != expected:
            sound.doubt = AnotherRecording()
    except SourceError as error:
        logger.info("the recording can't be compared: %r", error)
