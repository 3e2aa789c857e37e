"""What a file's headers state of its length, compared with how many bytes there are.

A recorder that crashed or ran out of battery leaves the lengths of its first seconds in the header, or none: what is
behind them is sound all the same. Behind them may also be chunks with texts, padding, or another recording.

Only the decoder's child imports this.
"""

import re
from dataclasses import dataclass

from core.domain.media_formats import container_of
from core.media.child.containers.edit_lists import EditLists, edit_lists_of
from core.media.child.containers.film_structure import Boxes, asf_size, boxes_of, end_of_riff, end_of_segment
from core.media.child.containers.fragment_times import FragmentTimes
from core.media.child.containers.mp4_boxes import HEADER_BYTES
from core.media.child.containers.next_recording import begins_at
from core.media.child.containers.sample_headers import SampleHeader, chunk_at, is_voc_cut_off, sample_header
from core.media.child.containers.seekable_file import SeekableFile, bytes_at

_MOST_CHUNKS = 64
"""Behind the sound; more aren't looked at."""

_ROUNDING_BYTES = 64
"""Writers count padding, and what they have left out; a recording doesn't break off for that."""

_PADDING_BYTES = 64 * 1024
_LEAST_SOUND_BYTES = 32
_HEAD_BYTES = 4096
_NAME = re.compile(rb"[!-~][ -~]{3}", re.DOTALL)
_KNOWN_NAME = re.compile(
    rb"LIST|list|id3 |ID3 |bext|cue |iXML|aXML|axml|chna|fact|smpl|inst|JUNK|junk|FLLR|PAD |PEAK|note|labl|DISP|_PMX|"
    rb"afsp|MARK|COMT|INST|MIDI|AESD|APPL|NAME|AUTH|\(c\) |ANNO|FVER|info|free|uuid|strg|mark|regn|umid|edct|pakt|chan",
    re.DOTALL,
)
_TAG = re.compile(rb"TAG.|APET|ID3[\x02-\x04]|LYRI", re.DOTALL)
"""Of tags that programs put behind any file."""

_SAMPLE_CONTAINERS = ("wav", "w64", "aiff", "caf", "au", "sox")


@dataclass(frozen=True, slots=True)
class StatedLength:
    """What came of the comparison.

    `is_cut_off`: fewer bytes are there than are stated, of a film by `lacking_bytes`, negative where there are more.
    `is_longer`: there are more of sound. `corrections` are bytes to read in place of those at their offsets, so that
    all of the sound is found. With `has_end` the file states where it ends; `next_at` is where another recording begins
    then, and `damaged` are ranges, as begin and end, that lead to nothing.

    Of an MP4: `has_other_speed` and `leaves_out` are those of its edit lists; with `begins_at_nought` its clock does.
    """

    is_cut_off: bool = False
    is_longer: bool = False
    corrections: tuple[tuple[int, bytes], ...] = ()
    next_at: int | None = None
    damaged: tuple[tuple[int, int], ...] = ()
    has_end: bool = False
    has_other_speed: bool = False
    leaves_out: bool = False
    begins_at_nought: bool = False
    lacking_bytes: int = 0


def stated_length(file: SeekableFile) -> StatedLength:
    """Compare the file's headers with its size. The position of the next read is anywhere afterwards."""
    head = bytes_at(file, 0, _HEAD_BYTES)
    container = container_of(head)
    if container == "mp4":
        return _of_boxes(file, boxes_of(file))
    if container == "matroska":
        return _of_whole(file, end_of_segment(head))
    if container == "asf":
        return _of_whole(file, asf_size(head))
    if container == "voc":
        return StatedLength(is_cut_off=is_voc_cut_off(file))
    if container == "avi":
        return _of_whole(file, end_of_riff(file))
    header = sample_header(file, container) if container in _SAMPLE_CONTAINERS else None
    return _compared(file, header) if header is not None else StatedLength()


def _of_boxes(file: SeekableFile, boxes: Boxes) -> StatedLength:
    """A film in MP4: what is damaged between its fragments is read as a box to leave out, so that libav reads on."""
    edits = edit_lists_of(file, boxes.movie) if boxes.movie is not None else EditLists()
    times = boxes.times or FragmentTimes()
    damaged = boxes.damaged + tuple((box.begin, box.end) for box in times.damaged)
    free = tuple((begin, _free_box(end - begin)) for begin, end in damaged if end - begin >= HEADER_BYTES)
    return StatedLength(
        boxes.is_cut_off or boxes.content is not None,  # Damaged, but nobody can say where.
        bool(edits.corrections or times.corrections),
        free + edits.corrections + times.corrections + ((boxes.content,) if boxes.content is not None else ()),
        boxes.next_at,
        damaged,
        has_end=True,
        has_other_speed=edits.has_other_speed,
        leaves_out=edits.leaves_out,
        begins_at_nought=boxes.movie is not None and boxes.times is None,
    )


def _free_box(length: int) -> bytes:
    """The beginning of a box of this length without content."""
    if length < 1 << 32:
        return length.to_bytes(4, "big") + b"free"
    return (1).to_bytes(4, "big") + b"free" + length.to_bytes(8, "big")


def _of_whole(file: SeekableFile, end: int | None) -> StatedLength:
    """A recording that ends there by its headers; one that is written live states no end."""
    if end is None:
        return StatedLength()
    if end > file.size:
        return StatedLength(is_cut_off=end - file.size > _ROUNDING_BYTES, has_end=True, lacking_bytes=end - file.size)
    if begins_at(file, end):
        return StatedLength(next_at=end, has_end=True)
    return StatedLength(has_end=True, lacking_bytes=end - file.size)


def _compared(file: SeekableFile, header: SampleHeader) -> StatedLength:
    available = file.size - header.start
    if available <= 0:
        return StatedLength()
    if header.stated is None:
        corrections = _corrections(file, header, available)
        return StatedLength(is_longer=bool(corrections), corrections=corrections)
    if header.stated >= available:
        is_cut_off = header.stated - available > _ROUNDING_BYTES
        return StatedLength(is_cut_off, corrections=_corrections(file, header, header.stated), has_end=True)
    has_more_sound, next_at = _behind(file, header, header.start + header.stated)
    length = available if has_more_sound else header.stated
    return StatedLength(False, has_more_sound, _corrections(file, header, length), next_at, has_end=not has_more_sound)


def _corrections(file: SeekableFile, header: SampleHeader, length: int) -> tuple[tuple[int, bytes], ...]:
    """The numbers of the header that don't fit to sound of this length, as they should be."""
    corrections = []
    is_all = header.start + length >= file.size
    for number in header.numbers:
        found = header.layout.number(bytes_at(file, number.at, number.length_bytes))
        right = number.of(length)
        if found < right or (found > right and (is_all or not number.at_least)):
            corrections.append((number.at, right.to_bytes(number.length_bytes, header.layout.byte_order)))
    return tuple(corrections)


def _behind(file: SeekableFile, header: SampleHeader, at: int) -> tuple[bool, int | None]:
    """Whether what is behind the stated end, `at`, is sound, and where another recording begins."""
    is_known = False
    for _ in range(_MOST_CHUNKS):
        tail = bytes_at(file, at, _HEAD_BYTES)
        padding = -at % header.layout.multiple
        if padding and not any(tail[:padding]):
            at, tail = at + padding, tail[padding:]
        if begins_at(file, at):
            return False, at
        left = file.size - at
        if left < _LEAST_SOUND_BYTES or _TAG.match(tail):
            return False, None
        if left <= _PADDING_BYTES and not any(bytes_at(file, at, left)):
            return False, None
        if tail.startswith(b"data"):
            return True, None  # Written in several pieces, of which libav reads the last.
        is_known |= _KNOWN_NAME.match(tail) is not None
        chunk = chunk_at(file, at, header.layout)
        if chunk is None or not _NAME.match(chunk.name) or chunk.next_at > file.size + 1:
            return not is_known, None
        at = chunk.next_at
    return False, None
