"""Sends the speech of one recording to the parent, and keeps what comes behind a gap in its place.

Only the decoder's child imports this.
"""

from collections.abc import Callable, Iterable

from av.audio.frame import AudioFrame

from core.domain.speech import SAMPLE_RATE_HZ
from core.media.child.sound.channel_levels import ChannelMeter
from core.media.child.sound.resampling import SpeechResampler
from core.media.decoded import LOUDNESS_FRAME_SAMPLES

_FILLED_SAMPLES = SAMPLE_RATE_HZ
"""The most silence written for one gap, long enough for a model to see a pause. The rest is counted in frames."""

_ALWAYS_FILLED_SAMPLES = 60 * SAMPLE_RATE_HZ
"""The most silence written for all gaps together, beyond as much as there was sound."""

_LONGEST_GAP_SAMPLES = 2**40


class SpeechWriter:
    """Takes decoded frames and gaps between them. `send` is given blocks of samples, with the gap before each.

    `meter`, where there is one, is shown all channels. A gap is given in loudness frames that are missing in the
    recording, beyond the silence that was written for it.
    """

    def __init__(self, send: Callable[[bytes, int], None], meter: ChannelMeter | None = None) -> None:
        self._send = send
        self._resampler = SpeechResampler(meter)
        self._filled_samples = 0
        self._gap_frames = 0
        self._gap_frames_before = 0
        """Those that were sent with a block already."""

    @property
    def samples(self) -> int:
        """How many samples have been made, silence that was written included."""
        return self._resampler.samples

    @property
    def has_altered(self) -> bool:
        """Whether the speech differs from a plain mix of the recording's channels."""
        return self._resampler.has_altered

    @property
    def decoded_s(self) -> float:
        """How much of the recording has been decoded, gaps included."""
        gaps = self._gap_frames_before + self._gap_frames
        return (self._resampler.samples + gaps * LOUDNESS_FRAME_SAMPLES) / SAMPLE_RATE_HZ

    @property
    def gaps_s(self) -> float:
        """The length of all gaps."""
        gaps = self._gap_frames_before + self._gap_frames
        return (self._filled_samples + gaps * LOUDNESS_FRAME_SAMPLES) / SAMPLE_RATE_HZ

    def add(self, frame: AudioFrame) -> None:
        """Take a decoded frame. Its format may differ from the frame's before. Raises libav's errors and ValueError."""
        self._resampler.add(frame)

    def drop_last(self, seconds: float) -> None:
        """Take back the end of the frames so far, as far as it hasn't been sent."""
        self._resampler.end_stretch()
        self._resampler.drop_last(round(seconds * SAMPLE_RATE_HZ))

    def end_stretch(self) -> None:
        """What comes next doesn't continue what was before."""
        self._resampler.end_stretch()

    def add_gap(self, seconds: float) -> None:
        """Write silence for a short gap. A long one, but for a short pause, is only counted, in whole frames.

        A few bytes may state a gap of hours, and silence that is written is resampled, sent and paid for like sound.
        """
        samples = min(round(seconds * SAMPLE_RATE_HZ), _LONGEST_GAP_SAMPLES)
        self._resampler.end_stretch()
        sound = self._resampler.samples - self._filled_samples
        may_fill = self._filled_samples + min(samples, _FILLED_SAMPLES) <= sound + _ALWAYS_FILLED_SAMPLES
        head = (_FILLED_SAMPLES // 2 if may_fill else 0) // LOUDNESS_FRAME_SAMPLES * LOUDNESS_FRAME_SAMPLES
        head += -self._resampler.samples % LOUDNESS_FRAME_SAMPLES
        counted = (samples - head - (_FILLED_SAMPLES // 2 if may_fill else 0)) // LOUDNESS_FRAME_SAMPLES
        if counted <= 0:
            self._write_silence(samples)
            return
        self._write_silence(head)
        self._send_all(self._resampler.rest())
        self._gap_frames += counted
        self._write_silence(samples - head - counted * LOUDNESS_FRAME_SAMPLES)

    def send_full_blocks(self) -> None:
        """Send what fills a block."""
        if self._resampler.has_full_block:
            self._send_all(self._resampler.full_blocks())

    def finish(self) -> None:
        """Send all that is left."""
        self._send_all(self._resampler.finish())

    def _write_silence(self, samples: int) -> None:
        self._resampler.add_silence(samples)
        self._filled_samples += samples

    def _send_all(self, blocks: Iterable[bytes]) -> None:
        for pcm in blocks:
            gap_frames, self._gap_frames = self._gap_frames, 0
            self._gap_frames_before += gap_frames
            self._send(pcm, gap_frames)
