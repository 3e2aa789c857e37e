"""Pass-through: which recordings are uploaded to a provider as they are, without decoding and encoding."""

from core.domain import AudioFormat, UploadLimits
from core.media.decoded import MediaInfo

_OF_CONTAINER: tuple[tuple[str, AudioFormat, frozenset[str]], ...] = (
    ("ogg", AudioFormat.OGG, frozenset({"opus", "vorbis", "flac"})),
    ("mp3", AudioFormat.MP3, frozenset({"mp3", "mp3float"})),
    ("flac", AudioFormat.FLAC, frozenset({"flac"})),
    ("wav", AudioFormat.WAV, frozenset({"pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_u8"})),
    ("mov,mp4", AudioFormat.M4A, frozenset({"aac", "alac"})),
    ("matroska,webm", AudioFormat.WEBM, frozenset({"opus", "vorbis"})),
    ("aac", AudioFormat.AAC, frozenset({"aac"})),
    ("amr", AudioFormat.AMR, frozenset({"amrnb", "amrwb", "amr_nb", "amr_wb"})),
)
"""The beginning of libav's name of a container, the providers' name, and the codecs that they expect in it."""


def original_format(info: MediaInfo) -> AudioFormat | None:
    """The recording's own format, where it is one that providers know. Never a video: its frames would be uploaded."""
    if info.has_video:
        return None
    for container, audio_format, codecs in _OF_CONTAINER:
        if info.container.startswith(container):
            return audio_format if info.codec in codecs else None
    return None


def passes_through(info: MediaInfo, limits: UploadLimits, longest_s: float) -> bool:
    """Whether a provider with these limits takes the recording untouched, in one piece of at most `longest_s`.

    The duration is the one that the file states. A file that states none has to be decoded to be measured.
    """
    return (
        original_format(info) in limits.formats
        and info.tracks == 1  # Nobody says which one a provider hears.
        and info.size_bytes <= limits.largest_bytes
        and info.duration_s is not None
        and info.duration_s <= longest_s
    )
