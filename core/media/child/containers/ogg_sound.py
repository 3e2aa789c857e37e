"""The sound of an Ogg file: of all recordings that follow each other in it, at the times of its granule positions.

libav decodes only those recordings of a chain that are like the first, and places a gap a page too late. So Ogg is
taken apart here, and libav decodes its packets.

Only the decoder's child imports this.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.error import FFmpegError
from av.packet import Packet

from core.media.child.containers.ogg_codecs import OggCodec, codec_of, opened, opus_samples
from core.media.child.containers.ogg_pages import Page, PageReader

_LEAST_GAP_S = 0.02
"""Granule positions are exact; what is shorter than a packet is rounding."""

_MAX_BACK_S = 0.5
"""A granule position that is further behind what was decoded is of a clock that was reset."""

_UNTIL_CONFIRMED_S = 1.0
"""A gap from this length on has to be confirmed by the next page."""

_MOST_HEADER_BYTES = 8 * 1024 * 1024
"""Pictures are in the comments of a stream."""


@dataclass(slots=True)
class PageOfSound:
    """What a page gives: silence for a gap, then frames, of which the recording has not the last `surplus_s`.

    `is_damaged`: something before or in it can't be read. `is_behind_torn`: the recording before this one breaks off
    within a page. `takes_gap_back`: the gap of the page before was one wrong time.
    """

    frames: list[AudioFrame] = field(default_factory=list)
    gap_s: float = 0.0
    surplus_s: float = 0.0
    packets: int = 0
    bad_packets: int = 0
    is_damaged: bool = False
    is_behind_torn: bool = False
    takes_gap_back: bool = False


class OggSound:
    """Decodes the pages of a file. `number` counts the streams of its first recording, to choose one.

    `longest_s` is the longest gap that is believed, `is_fatal` tells errors of libav that end everything. `begins_s` is
    where the first recording begins on its clock; None where its sound does.
    """

    def __init__(
        self,
        pages: PageReader,
        number: int,
        longest_s: float,
        is_fatal: Callable[[Exception], bool],
        begins_s: float | None = None,
    ) -> None:
        self._pages = pages
        self._number: int | None = number
        self._longest_s = longest_s
        self._is_fatal = is_fatal
        self._begins_s = begins_s
        self._serials: list[int] = []
        self._is_in_headers = True
        self._stream: _Stream | None = None
        self._ended_properly = False
        self._held: PageOfSound | None = None
        """A page behind a long gap, which the next one confirms."""
        self.recordings = 0
        """How many recordings it had so far."""
        self.left_out = False
        """Whether a recording in it has no sound that can be decoded."""

    @property
    def is_cut_off(self) -> bool:
        """Whether the file ends within a page, or before the last page of its last recording. Known at the end.

        A stream that was cut out of a broadcast has no last page.
        """
        is_whole = self._ended_properly or (self._stream is not None and self._stream.is_from_broadcast)
        return self._pages.is_cut_off or not is_whole

    def decoded(self) -> Iterator[PageOfSound]:
        """What each page gives. Raises libav's errors that are fatal."""
        for page in self._pages.pages():
            if page.is_first:
                yield from self._begin(page)
            elif self._stream is not None and page.serial == self._stream.serial:
                self._is_in_headers = False
                yield from self._confirmed(self._stream.take(page))
                self._ended_properly = page.is_last
            elif page.serial in self._serials:
                self._is_in_headers = False
        yield from self._end()

    def _begin(self, page: Page) -> Iterator[PageOfSound]:
        """A stream begins; behind pages of sound a new recording does."""
        if not self._is_in_headers:
            yield from self._end()
            if page.is_behind_damaged:
                yield PageOfSound(is_behind_torn=True)
            self._serials, self._stream, self._number = [], None, None
            self._is_in_headers, self._ended_properly = True, False
        self.recordings += not self._serials
        self._serials.append(page.serial)
        codec = codec_of(page.pieces[0]) if page.pieces else None
        is_wanted = self._number in (None, len(self._serials) - 1)
        if codec is not None and is_wanted and self._stream is None:
            begins_s = self._begins_s if self.recordings == 1 else None
            self._stream = _Stream(page, codec, self._longest_s, self._is_fatal, begins_s)

    def _confirmed(self, page: PageOfSound) -> Iterator[PageOfSound]:
        """The page that was held, and this one unless it is held now."""
        if self._held is not None:
            if page.takes_gap_back:
                self._held.gap_s = 0.0
            yield self._held
        self._held = page if page.gap_s >= _UNTIL_CONFIRMED_S else None
        if self._held is None:
            yield page

    def _end(self) -> Iterator[PageOfSound]:
        if self._held is not None:
            yield self._held
            self._held = None
        if self._stream is None:
            self.left_out |= bool(self._serials)
            return
        self.left_out |= not self._stream.has_sound
        rest = self._stream.rest()
        if rest.frames:
            yield rest


class _Stream:
    """One logical stream of sound."""

    def __init__(
        self,
        page: Page,
        codec: OggCodec,
        longest_s: float,
        is_fatal: Callable[[Exception], bool],
        begins_s: float | None,
    ) -> None:
        self.serial = page.serial
        self.has_sound = False
        self._codec = codec
        self._longest = round(longest_s * codec.rate_hz)
        self._is_fatal = is_fatal
        self._headers: list[bytes] = [page.pieces[0]]
        self._context: AudioCodecContext | None = None
        self._begun = bytearray()
        self._is_begun = False
        self._number = page.number
        self._origin: int | None = None if begins_s is None else round(begins_s * codec.rate_hz)
        self._position = 0
        """How many granules have been decoded, or are missing, since `_origin`."""
        self._last_gap = 0
        """How far the last page was ahead, or far behind."""

    @property
    def is_from_broadcast(self) -> bool:
        """Whether it begins in the middle of a transmission."""
        return (self._origin or 0) > self._codec.rate_hz

    def take(self, page: Page) -> PageOfSound:
        """Decode the packets that end on this page."""
        taken = PageOfSound(is_damaged=page.is_behind_loss)
        has_lost = page.number != self._number + 1
        self._number = page.number
        length = 0
        for packet in self._ended(page, has_lost=has_lost):
            length += self._decode(packet, taken)
        if length:
            self._place(taken, page, length)
        taken.is_damaged |= has_lost and bool(taken.gap_s)
        return taken

    def rest(self) -> PageOfSound:
        """What the codec still holds."""
        rest = PageOfSound()
        if self._context is not None:
            rest.frames = self._frames(None) or []
        return rest

    def _ended(self, page: Page, *, has_lost: bool) -> Iterator[bytes]:
        """The packets that end on this page. Of one of which a part is lost, nothing is left."""
        pieces = list(page.pieces)
        if page.is_continued and pieces:
            first = pieces.pop(0)
            is_open = page.is_open and not pieces
            if self._is_begun and not has_lost and len(self._begun) + len(first) <= _MOST_HEADER_BYTES:
                self._begun += first
                if is_open:
                    return
                yield bytes(self._begun)
        self._begun.clear()
        self._is_begun = page.is_open and bool(pieces)
        if self._is_begun:
            self._begun += pieces.pop()
        yield from pieces

    def _decode(self, packet: bytes, taken: PageOfSound) -> int:
        """Decode a packet, or keep it as a header. Returns its length in granules."""
        if self._is_header(packet):
            self._headers.append(packet)
            return 0
        taken.packets += 1
        if self._context is None:
            try:
                self._context = opened(self._codec, self._headers)
            except (FFmpegError, ValueError) as error:
                if self._is_fatal(error):
                    raise
                taken.bad_packets += 1
                return 0
        frames = self._frames(packet)
        taken.bad_packets += frames is None
        taken.frames += frames or []
        self.has_sound |= bool(frames)
        if self._codec.name == "libopus":
            return opus_samples(packet)
        return sum(frame.samples * self._codec.rate_hz // max(frame.sample_rate, 1) for frame in frames or [])

    def _is_header(self, packet: bytes) -> bool:
        if self._context is not None or len(self._headers) > 255:
            return False
        if self._codec.name == "flac":  # The number of headers may be unknown; sound begins with a sync code.
            return not packet.startswith(b"\xff")
        return len(self._headers) < self._codec.headers

    def _frames(self, packet: bytes | None) -> list[AudioFrame] | None:
        """The frames of a packet, with None those that the codec still holds; None where it can't be decoded."""
        assert self._context is not None
        try:
            return list(self._context.decode(Packet(packet) if packet else None))
        except (FFmpegError, ValueError) as error:
            if self._is_fatal(error):
                raise
            return None

    def _place(self, taken: PageOfSound, page: Page, length: int) -> None:
        """Compare the page's granule position, which is that of its end, with what was decoded."""
        rate_hz = self._codec.rate_hz
        if page.granule is not None:
            start = page.granule - length
            if self._origin is None:
                # The end of a recording of one page is cut as its granule position says.
                self._origin = max(start, 0) if page.is_last else start
            gap = start - self._origin - self._position
            most_back = _MAX_BACK_S * rate_hz
            if gap < -most_back and abs(gap + self._last_gap) < most_back:  # One wrong time is no gap.
                taken.takes_gap_back = True
                self._position += gap
                gap = 0
            if gap >= _LEAST_GAP_S * rate_hz and self._position + gap <= self._longest:
                taken.gap_s = gap / rate_hz
                self._position += gap
            elif page.is_last and -length <= gap < 0:
                taken.surplus_s = -gap / rate_hz
            elif gap > self._longest or (gap < -most_back and abs(gap - self._last_gap) < most_back):
                self._origin += gap  # One wrong time is no reset, either.
            self._last_gap = gap
        self._position += length
