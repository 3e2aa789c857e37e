"""Small enough for the provider, and no smaller than speech bears."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import AudioFormat, UploadLimits
from core.media import Encoding, choose_encoding, longest_chunk_s, original_format, passes_through
from core.media.decoded import MediaInfo
from core.media.optimizer import FAST_LINK_BYTES_PER_S

GROQ = UploadLimits(frozenset({AudioFormat.OGG, AudioFormat.MP3, AudioFormat.FLAC, AudioFormat.WAV}), 25_000_000)
HOUR_S = 3600.0


@pytest.mark.parametrize(
    ("hours", "encoding"),
    [
        (0.1, Encoding(AudioFormat.OGG, 24_000)),
        (2, Encoding(AudioFormat.OGG, 24_000)),
        (3, Encoding(AudioFormat.OGG, 16_000)),
        (4, Encoding(AudioFormat.OGG, 12_000)),
    ],
)
def test_opus_as_good_as_the_cap_allows(hours: float, encoding: Encoding) -> None:
    assert choose_encoding(hours * HOUR_S, GROQ) == encoding


def test_flac_where_the_link_is_fast_and_the_cap_allows() -> None:
    assert choose_encoding(300, GROQ, link_bytes_per_s=FAST_LINK_BYTES_PER_S).format is AudioFormat.FLAC
    assert choose_encoding(300, GROQ, link_bytes_per_s=100_000).format is AudioFormat.OGG
    assert choose_encoding(2 * HOUR_S, GROQ, link_bytes_per_s=FAST_LINK_BYTES_PER_S).format is AudioFormat.OGG


@pytest.mark.parametrize(
    ("original_bps", "encoding"),
    [
        (192_000, Encoding(AudioFormat.FLAC)),
        (128_000, Encoding(AudioFormat.OGG, 24_000)),
        (20_000, Encoding(AudioFormat.OGG, 16_000)),
        (12_200, Encoding(AudioFormat.OGG, 12_000)),
        (4_750, Encoding(AudioFormat.OGG, 12_000)),
    ],
)
def test_nothing_is_made_larger_than_it_was_where_that_can_be_helped(original_bps: int, encoding: Encoding) -> None:
    chosen = choose_encoding(60, GROQ, link_bytes_per_s=FAST_LINK_BYTES_PER_S, original_bps=original_bps)
    assert chosen == encoding


@pytest.mark.parametrize("audio_format", [AudioFormat.MP3, AudioFormat.FLAC, AudioFormat.WAV])
def test_a_provider_without_ogg_gets_what_it_takes(audio_format: AudioFormat) -> None:
    assert choose_encoding(60, UploadLimits(frozenset({audio_format}), 25_000_000)).format is audio_format


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="fit"):
        choose_encoding(10 * HOUR_S, GROQ)
    with pytest.raises(ValueError, match="no format"):
        choose_encoding(60, UploadLimits(frozenset({AudioFormat.AMR}), 25_000_000))


@given(
    st.sets(st.sampled_from([AudioFormat.OGG, AudioFormat.MP3, AudioFormat.FLAC, AudioFormat.WAV]), min_size=1),
    st.integers(100_000, 100_000_000),
)
def test_the_longest_chunk_always_fits(formats: set[AudioFormat], largest_bytes: int) -> None:
    limits = UploadLimits(frozenset(formats), largest_bytes)
    longest_s = longest_chunk_s(limits)
    assert longest_s > 0
    assert choose_encoding(longest_s, limits).largest_bytes(longest_s) <= largest_bytes


def info(
    container: str, codec: str, *, duration_s: float | None = 60, video: bool = False, size: int = 1000
) -> MediaInfo:
    return MediaInfo(container, codec, duration_s, 48_000, 1, video, size)


M4A = "mov,mp4,m4a,3gp,3g2,mj2"


@pytest.mark.parametrize(
    ("container", "codec", "expected"),
    [
        ("ogg", "opus", AudioFormat.OGG),
        ("mp3", "mp3float", AudioFormat.MP3),
        (M4A, "aac", AudioFormat.M4A),
        ("matroska,webm", "opus", AudioFormat.WEBM),
        ("wav", "pcm_s16le", AudioFormat.WAV),
        ("ogg", "speex", None),
        ("wav", "adpcm_ms", None),
        ("matroska,webm", "aac", None),
        ("mpegts", "aac", None),
    ],
)
def test_a_recording_has_the_format_that_others_know(container: str, codec: str, expected: AudioFormat | None) -> None:
    assert original_format(info(container, codec)) is expected


def test_a_film_has_none() -> None:
    assert original_format(info(M4A, "aac", video=True)) is None


@pytest.mark.parametrize(
    ("recording", "passes"),
    [
        (info("ogg", "opus"), True),
        (info("ogg", "opus", duration_s=601), False),
        (info("ogg", "opus", duration_s=None), False),
        (info("ogg", "opus", size=25_000_001), False),
        (info(M4A, "aac"), False),
        (info("ogg", "opus", video=True), False),
    ],
)
def test_only_what_fits_as_it_is_passes_through(recording: MediaInfo, passes: bool) -> None:
    assert passes_through(recording, GROQ, longest_s=600) is passes
