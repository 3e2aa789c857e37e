"""What the system lists, and what of it can be recorded from."""

import _miniaudio
import miniaudio
import pytest

from core.recording.capture_devices import CAPTURE, _device, capture_devices, native_id


def found(backend: str, content: bytes) -> object:
    """What is made of a device that this sound system lists."""
    info = _miniaudio.ffi.new("ma_device_info *")
    _miniaudio.ffi.buffer(_miniaudio.ffi.addressof(info, "id"))[: len(content)] = content
    info.name = b"A device"
    return _device(_miniaudio.ffi, backend, CAPTURE, info)


@pytest.mark.parametrize(
    ("backend", "content"), [("ALSA", b"null"), ("ALSA", b":null"), ("PulseAudio", b"auto_null.monitor")]
)
def test_what_gives_silence_for_ever_is_no_device(backend: str, content: bytes) -> None:
    assert found(backend, content) is None


def test_what_a_loudspeaker_plays_is_told_apart() -> None:
    speakers, microphone = found("PulseAudio", b"speakers.monitor"), found("PulseAudio", b"microphone")
    assert speakers.is_system_sound  # type: ignore[attr-defined]
    assert not microphone.is_system_sound  # type: ignore[attr-defined]


def test_a_device_is_found_again_by_its_id() -> None:
    [null] = capture_devices([miniaudio.Backend.NULL])
    assert null.id.startswith(f"{CAPTURE}:")
    made = native_id(found("PulseAudio", b"microphone").id, _miniaudio.ffi)  # type: ignore[attr-defined]
    assert bytes(_miniaudio.ffi.buffer(made)).rstrip(b"\0") == b"microphone"
    assert native_id("capture:no digits", _miniaudio.ffi) == _miniaudio.ffi.NULL
