"""Bytes in, speech out. Nothing here imports libav or numpy: that happens in the decoder's own process."""

from core.media.decoded import DecodedBlock, DecodeReport, MediaInfo
from core.media.decoder import Decoder
from core.media.decoding import Decoding
from core.media.encoder import Encoder
from core.media.files import media_files
from core.media.hashing import HashedSource, OpenedSource, read_all
from core.media.http.source import HttpSources
from core.media.limits import DecoderLimits
from core.media.optimizer import Encoding, choose_encoding, longest_chunk_s
from core.media.passthrough import original_format, passes_through
from core.media.silence import Length, Timeline, measure, without_silence
from core.media.source import FileSource, MediaSource, MemorySource, content_hash
from core.media.splitter import SplitPlan, split

__all__ = [
    "DecodeReport",
    "DecodedBlock",
    "Decoder",
    "DecoderLimits",
    "Decoding",
    "Encoder",
    "Encoding",
    "FileSource",
    "HashedSource",
    "HttpSources",
    "Length",
    "MediaInfo",
    "MediaSource",
    "MemorySource",
    "OpenedSource",
    "SplitPlan",
    "Timeline",
    "choose_encoding",
    "content_hash",
    "longest_chunk_s",
    "measure",
    "media_files",
    "original_format",
    "passes_through",
    "read_all",
    "split",
    "without_silence",
]
