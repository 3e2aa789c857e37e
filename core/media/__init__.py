"""Bytes in, speech out. Nothing here imports libav or numpy: that happens in the decoder's own process."""

from core.media.decoded import DecodedBlock, DecodeReport, MediaInfo
from core.media.decoder import Decoder
from core.media.decoding import Decoding
from core.media.files import media_files
from core.media.limits import DecoderLimits
from core.media.source import FileSource, MediaSource, content_hash
from core.media.splitter import SplitPlan, split

__all__ = [
    "DecodeReport",
    "DecodedBlock",
    "Decoder",
    "DecoderLimits",
    "Decoding",
    "FileSource",
    "MediaInfo",
    "MediaSource",
    "SplitPlan",
    "content_hash",
    "media_files",
    "split",
]
