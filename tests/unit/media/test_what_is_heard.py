"""Levels and channels: what is too quiet is raised, what cancels each other is not added, the rest stays as it is."""

from collections.abc import Callable

import av
import numpy as np
import numpy.typing as npt
import pytest

from core.media.child.sound.resampling import SpeechResampler

Floats = npt.NDArray[np.float64]

RATE_HZ = 16_000


def voice(seconds: float, *, pitch_hz: float = 120.0, seed: int = 0) -> Floats:
    """Harmonics in syllables, with pauses: at most 1.0, and as loud as speech is with such peaks."""
    times = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    wobble = times + 0.002 * np.sin(2 * np.pi * 5 * times)
    sound = sum(np.sin(2 * np.pi * pitch_hz * n * wobble + n * n + seed) / n for n in range(1, 20))
    syllables = np.maximum(0, np.sin(2 * np.pi * (3.1 + 0.3 * seed) * times + seed)) ** 2
    pauses = np.sin(2 * np.pi * 0.23 * times + seed) > -0.7
    spoken: Floats = sound * syllables * pauses
    return spoken / np.abs(spoken).max()


def decoded(channels: Floats, kind: str = "s16", *, layout: str = "", rate_hz: int = RATE_HZ) -> tuple[Floats, bool]:
    """What becomes of these channels, in frames of 20 ms, and whether they were altered."""
    rows = np.atleast_2d(channels)
    layout = layout or {1: "mono", 2: "stereo"}.get(len(rows), f"{len(rows)} channels")
    if kind == "s16":
        rows = np.clip(np.rint(rows * 2**15), -(2**15), 2**15 - 1).astype(np.int16)
    elif kind == "s32":
        rows = (np.rint(rows * 2**23) * 2**8).astype(np.int32)
    else:
        rows = rows.astype(np.float64 if kind == "dbl" else np.float32)
    resampler = SpeechResampler()
    pcm = b""
    step = rate_hz // 50
    for at in range(0, rows.shape[1], step):
        part = np.ascontiguousarray(rows[:, at : at + step].T.reshape(1, -1))
        frame = av.AudioFrame.from_ndarray(part, kind, layout)
        frame.sample_rate = rate_hz
        resampler.add(frame)
        pcm += b"".join(resampler.full_blocks())
    pcm += b"".join(resampler.finish())
    samples = np.frombuffer(pcm, "<i2") / 2**15
    assert resampler.samples == len(samples)
    return samples, resampler.has_altered


def level_db(samples: Floats) -> float:
    return float(10 * np.log10(np.square(samples).mean() + 1e-20))


def likeness(one: Floats, other: Floats) -> float:
    """1 where both are the same but for their volume and sign."""
    length = min(len(one), len(other))
    return float(abs(np.corrcoef(one[:length], other[:length])[0, 1]))


SPOKEN = voice(20)
NOISE = np.random.default_rng(1).normal(0, 1, len(SPOKEN))


@pytest.mark.parametrize(
    ("kind", "below_db", "alike"),
    [("s16", 40, 0.99), ("s16", 50, 0.99), ("s16", 60, 0.97), ("s32", 60, 0.99), ("flt", 60, 0.99), ("flt", 80, 0.99)],
)
def test_quiet_speech_is_raised_before_it_is_rounded(kind: str, below_db: float, alike: float) -> None:
    quiet = SPOKEN * 10 ** (-(below_db + 6) / 20)
    raised, is_altered = decoded(quiet, kind)
    assert is_altered
    assert len(raised) == len(SPOKEN)
    assert level_db(raised) > -36
    assert likeness(raised, SPOKEN) > alike
    assert np.abs(raised).max() < 0.99, "and nothing is clipped"


@pytest.mark.parametrize("volume", [0.1, 0.5, 1.0])
def test_speech_of_the_usual_volume_stays_bit_for_bit(volume: float) -> None:
    same, is_altered = decoded(SPOKEN * volume)
    assert not is_altered
    assert np.array_equal(same * 2**15, np.clip(np.rint(SPOKEN * volume * 2**15), -(2**15), 2**15 - 1))


def _hum() -> Floats:
    return np.sin(2 * np.pi * 50 * np.arange(len(SPOKEN)) / RATE_HZ)


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        (lambda: 0 * SPOKEN, "s16"),
        (lambda: np.random.default_rng(2).integers(-1, 2, len(SPOKEN)) / 2**15, "s16"),
        (lambda: NOISE * 1e-3, "s16"),
        (lambda: NOISE * 1e-6, "flt"),
        (lambda: _hum() * 1e-3, "s16"),
        (lambda: 0.01 + 0 * SPOKEN, "flt"),
        (lambda: _hum() * 0.5, "flt"),
    ],
    ids=["silence", "dither", "noise", "noise of a converter", "hum", "a constant", "loud hum"],
)
def test_what_does_not_change_is_not_raised(made: Callable[[], Floats], kind: str) -> None:
    sound = made()
    same, is_altered = decoded(sound, kind)
    assert not is_altered
    assert np.abs(same - sound).max() <= 1 / 2**15


def _with_knock(sound: Floats, at_s: float, seconds: float) -> Floats:
    times = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    knocked = sound.copy()
    place = round(at_s * RATE_HZ)
    knocked[place : place + len(times)] += 0.9 * np.sin(2 * np.pi * 750 * times)
    return knocked


@pytest.mark.parametrize(("at_s", "seconds"), [(0.01, 0.14), (0.05, 0.25), (5.0, 0.25), (0.0, 2.0), (9.9, 1.0)])
def test_a_knock_or_a_tone_does_not_decide_how_loud_speech_gets(at_s: float, seconds: float) -> None:
    raised, _ = decoded(_with_knock(SPOKEN * 0.005, at_s, seconds))
    after = slice(round((at_s + seconds + 0.5) * RATE_HZ), None)
    assert level_db(raised[after]) > -36
    assert likeness(raised[after], SPOKEN[after]) > 0.98


def test_what_rustles_in_the_pauses_of_loud_speech_is_not_raised() -> None:
    rustling = NOISE * 0.001 * np.repeat(np.random.default_rng(3).uniform(0.3, 1, len(NOISE) // 1600), 1600)
    sound = np.concatenate([SPOKEN[: 8 * RATE_HZ] * 0.5 + rustling[: 8 * RATE_HZ], rustling])
    _, is_altered = decoded(sound)
    assert not is_altered


def test_quiet_speech_after_a_loud_sentence_is_raised() -> None:
    raised, _ = decoded(np.concatenate([SPOKEN[: 6 * RATE_HZ] * 0.5, SPOKEN * 0.003]))
    assert level_db(raised[9 * RATE_HZ :]) > -36
    assert likeness(raised[: 5 * RATE_HZ], SPOKEN[: 5 * RATE_HZ]) > 0.999


def test_a_constant_part_is_not_raised_with_the_speech() -> None:
    raised, _ = decoded(SPOKEN * 0.0005 + 0.02, "flt")
    assert likeness(raised[RATE_HZ:], SPOKEN[RATE_HZ:]) > 0.98


@pytest.mark.parametrize("kind", ["flt", "dbl"])
@pytest.mark.parametrize("scale", [10, 1000, 2**15, 2**31])
def test_floating_point_beyond_full_scale_is_not_clipped(kind: str, scale: float) -> None:
    lowered, is_altered = decoded(SPOKEN * scale, kind)
    assert is_altered
    assert likeness(lowered, SPOKEN) > 0.99
    assert 0.2 < np.abs(lowered).max() < 0.9


def test_a_single_sample_far_beyond_full_scale_changes_nothing_else() -> None:
    damaged = SPOKEN * 0.3
    damaged[150_000] = 1e30
    same, is_altered = decoded(damaged, "flt")
    assert not is_altered
    assert np.abs(same - 0.3 * SPOKEN)[np.arange(len(SPOKEN)) != 150_000].max() < 2 / 2**15


TIMES = np.arange(len(SPOKEN)) / RATE_HZ


def _humming(base_hz: float) -> Floats:
    """Of the mains, with harmonics, at most 1.3."""
    return sum(share * np.sin(2 * np.pi * n * base_hz * TIMES) for n, share in ((1, 1.0), (2, 0.2), (3, 0.1)))


def _above(samples: Floats, cut_hz: float) -> Floats:
    spectrum = np.fft.rfft(samples)
    spectrum[np.fft.rfftfreq(len(samples), 1 / RATE_HZ) < cut_hz] = 0
    return np.fft.irfft(spectrum, len(samples))


@pytest.mark.parametrize("base_hz", [50, 60, 100])
@pytest.mark.parametrize("loudness", [0.03, 0.1, 0.4])
def test_hum_that_is_louder_than_a_voice_is_removed(base_hz: float, loudness: float) -> None:
    heard, is_altered = decoded(SPOKEN * 0.01 + _humming(base_hz) * loudness, "s32")
    assert is_altered
    assert len(heard) == len(SPOKEN)
    assert likeness(_above(heard, 450), _above(SPOKEN, 450)) > 0.95
    assert level_db(heard - _above(heard, 320)) < level_db(heard), "and hardly any of it is left"


@pytest.mark.parametrize(
    "constant", [0.3 + 0 * TIMES, -0.9 + 0 * TIMES, 0.4 * np.sin(2 * np.pi * 0.1 * TIMES), 5 + 0 * TIMES]
)
@pytest.mark.parametrize("volume", [0.001, 0.03])
def test_a_voice_is_heard_beside_what_is_constant_or_drifts(constant: Floats, volume: float) -> None:
    heard, is_altered = decoded(SPOKEN * volume + constant, "flt")
    assert is_altered
    assert likeness(heard, SPOKEN) > 0.98
    assert abs(heard.mean()) < 1e-3


def test_hum_that_is_quieter_than_the_voice_stays_and_so_does_a_deep_voice() -> None:
    for sound in (SPOKEN * 0.3 + _humming(50) * 0.003, voice(20, pitch_hz=75.0) * 0.5):
        same, is_altered = decoded(sound)
        assert not is_altered
        assert np.abs(same - sound).max() <= 1 / 2**15


def test_hum_that_begins_and_ends_is_removed_without_a_click() -> None:
    is_humming = (TIMES > 5) & (TIMES < 14)
    heard, _ = decoded(SPOKEN * 0.01 + _humming(50) * 0.2 * is_humming, "s32")
    inside = slice(7 * RATE_HZ, 12 * RATE_HZ)
    assert likeness(_above(heard[inside], 450), _above(SPOKEN[inside], 450)) > 0.95
    assert np.abs(np.diff(heard)).max() < 0.05


OTHER = voice(20, pitch_hz=210.0, seed=2)


@pytest.mark.parametrize(
    "channels",
    [
        [SPOKEN, -SPOKEN],
        [SPOKEN, -0.6 * SPOKEN],
        [SPOKEN, -SPOKEN + 0.01 * NOISE],
        [SPOKEN, -np.roll(SPOKEN, 3)],
        [SPOKEN, -SPOKEN, SPOKEN],
        [0.5 * SPOKEN, 0.5 * SPOKEN, -SPOKEN],
        [SPOKEN, -SPOKEN, 0.01 * NOISE, SPOKEN],
        [SPOKEN, -SPOKEN, -SPOKEN, SPOKEN, SPOKEN, -SPOKEN, SPOKEN, -SPOKEN],
    ],
    ids=["inverted", "and quieter", "with noise", "and late", "of three", "half and half", "of four", "of eight"],
)
def test_channels_that_cancel_each_other_are_heard(channels: list[Floats]) -> None:
    mixed, is_altered = decoded(0.3 * np.stack(channels))
    assert is_altered
    assert level_db(mixed) > level_db(0.3 * SPOKEN) - 6
    assert likeness(mixed, SPOKEN) > 0.93


def test_a_channel_that_is_inverted_for_a_while_is_heard_all_the_time_and_without_a_click() -> None:
    half = len(SPOKEN) // 2
    tone = 0.3 * np.sin(2 * np.pi * 300 * np.arange(len(SPOKEN)) / RATE_HZ)
    mixed, _ = decoded(np.stack([tone, np.where(np.arange(len(tone)) < half, tone, -tone)]))
    levels = [level_db(mixed[at : at + RATE_HZ // 10]) for at in range(0, len(mixed) - 1600, 1600)]
    assert sum(level < -20 for level in levels) <= 4
    assert np.abs(np.diff(mixed)).max() < 0.08, "the tone itself changes by 0.035 a sample"


@pytest.mark.parametrize(
    ("channels", "expected"),
    [
        ([SPOKEN, SPOKEN], SPOKEN),
        ([SPOKEN, 0 * SPOKEN], 0.5 * SPOKEN),
        ([0 * SPOKEN, SPOKEN], 0.5 * SPOKEN),
        ([SPOKEN, OTHER], 0.5 * SPOKEN + 0.5 * OTHER),
        ([SPOKEN, 0.03 * NOISE], 0.5 * SPOKEN + 0.015 * NOISE),
        ([0 * SPOKEN, 0 * SPOKEN, 0 * SPOKEN, SPOKEN], 0.25 * SPOKEN),
    ],
    ids=["the same", "left only", "right only", "one voice each", "noise right", "last of four"],
)
def test_other_channels_are_added_as_they_are(channels: list[Floats], expected: Floats) -> None:
    mixed, is_altered = decoded(0.4 * np.stack(channels))
    assert not is_altered
    assert np.abs(mixed - 0.4 * expected).max() < 2 / 2**15


def test_a_voice_is_not_cancelled_because_hum_is_inverted() -> None:
    mixed, _ = decoded(0.4 * np.stack([SPOKEN + 0.1 * _hum(), SPOKEN - 0.1 * _hum()]))
    assert likeness(mixed, SPOKEN) > 0.97


@pytest.mark.parametrize("channel", range(6))
def test_each_channel_of_a_film_is_heard(channel: int) -> None:
    channels = np.zeros((6, len(SPOKEN)))
    channels[channel] = 0.5 * SPOKEN
    mixed, _ = decoded(channels, layout="5.1")
    assert likeness(mixed, SPOKEN) > 0.98
    assert level_db(mixed) > -48


def test_numbers_that_are_none_are_silence() -> None:
    broken = SPOKEN * 0.3
    broken[5000:5010] = np.nan
    broken[6000] = np.inf
    mixed, _ = decoded(broken, "flt")
    assert np.abs(mixed).max() < 0.4
