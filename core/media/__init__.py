"""Recordings in, speech out: sources with ranged reads, decoding, splitting, encoding.

This folder runs in the main process. What imports libav and numpy is in `child/`, and runs in sandboxed processes; an
import contract in pyproject.toml keeps the two apart.
"""

from typing import TYPE_CHECKING

from core.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from core.media.decoded import DecodedBlock, DecodeReport, MediaInfo
    from core.media.decoder import Decoder
    from core.media.decoder_limits import DecoderLimits
    from core.media.decoding import Decoding
    from core.media.encoder import Encoder
    from core.media.excerpt import excerpt
    from core.media.file_source import FileSource
    from core.media.hashing import HashingSource
    from core.media.http.source import HttpSources
    from core.media.memory_source import MemorySource
    from core.media.optimizer import Encoding, choose_encoding, longest_chunk_s
    from core.media.passthrough import original_format, passes_through
    from core.media.reading import read_all_bytes
    from core.media.silence import Length, measure, without_silence
    from core.media.source import MediaSource, OwnedSource, SourceInfo
    from core.media.splitter import SplitPlan, split
    from core.media.timeline import Timeline
else:
    __getattr__ = lazy_exports(
        __name__,
        {
            "decoded": ("DecodedBlock", "DecodeReport", "MediaInfo"),
            "decoder": ("Decoder",),
            "decoder_limits": ("DecoderLimits",),
            "decoding": ("Decoding",),
            "encoder": ("Encoder",),
            "excerpt": ("excerpt",),
            "file_source": ("FileSource",),
            "hashing": ("HashingSource",),
            "http.source": ("HttpSources",),
            "memory_source": ("MemorySource",),
            "optimizer": ("Encoding", "choose_encoding", "longest_chunk_s"),
            "passthrough": ("original_format", "passes_through"),
            "reading": ("read_all_bytes",),
            "silence": ("Length", "measure", "without_silence"),
            "source": ("MediaSource", "OwnedSource", "SourceInfo"),
            "splitter": ("SplitPlan", "split"),
            "timeline": ("Timeline",),
        },
    )

__all__ = [
    "DecodeReport",
    "DecodedBlock",
    "Decoder",
    "DecoderLimits",
    "Decoding",
    "Encoder",
    "Encoding",
    "FileSource",
    "HashingSource",
    "HttpSources",
    "Length",
    "MediaInfo",
    "MediaSource",
    "MemorySource",
    "OwnedSource",
    "SourceInfo",
    "SplitPlan",
    "Timeline",
    "choose_encoding",
    "excerpt",
    "longest_chunk_s",
    "measure",
    "original_format",
    "passes_through",
    "read_all_bytes",
    "split",
    "without_silence",
]
