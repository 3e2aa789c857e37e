"""Which devices there are to record from, by way of miniaudio."""

import importlib
import logging
from typing import Any

from core.domain.capture import CaptureDevice
from core.domain.errors import RecordingFailed
from core.system.alsa_messages import silence_alsa

logger = logging.getLogger(__name__)

CAPTURE, LOOPBACK = "capture", "loopback"
"""How an id begins: whether sound is taken from a device that records, or from one that plays."""

_LOOPBACK_BACKEND = "WASAPI"
"""The only one of miniaudio's that records what a loudspeaker plays without a device for that."""

_MONITOR = b".monitor"
"""How PulseAudio and PipeWire end the name of what records a loudspeaker:
https://www.freedesktop.org/wiki/Software/PulseAudio/Documentation/User/PulseAudioFAQ/."""

_NOT_A_DEVICE = frozenset({("ALSA", b"null"), ("ALSA", b":null"), ("PulseAudio", b"auto_null.monitor")})
"""They give silence for ever: one is there on every computer, the other where PulseAudio or PipeWire finds nothing:
https://www.freedesktop.org/wiki/Software/PulseAudio/Documentation/User/Modules/#module-always-sink."""


def capture_devices(backends: list[Any] | None = None) -> tuple[CaptureDevice, ...]:
    """Those that are connected, the microphones first. Blocks for some milliseconds, on some systems for a second.

    `backends` are miniaudio's; by default those of the system. Raises `RecordingFailed`.
    """
    try:
        import miniaudio  # Here: it takes 30 ms, and most runs record nothing.
    except (ImportError, OSError) as error:
        raise RecordingFailed from error
    silence_alsa()
    native = importlib.import_module("_miniaudio")
    try:
        context = miniaudio.Devices(backends)
    except miniaudio.MiniaudioError as error:
        logger.info("no sound system: %r", error)
        return ()
    ffi, lib = native.ffi, native.lib
    played, played_count = ffi.new("ma_device_info**"), ffi.new("ma_uint32*")
    recorded, recorded_count = ffi.new("ma_device_info**"), ffi.new("ma_uint32*")
    result = lib.ma_context_get_devices(context._context, played, played_count, recorded, recorded_count)
    if result != lib.MA_SUCCESS:
        logger.warning("the sound devices can't be listed: %s", result)
        raise RecordingFailed
    if context.backend == "Null" and backends is None:
        return ()  # Miniaudio falls back to that where the system has nothing.
    found = [_device(ffi, context.backend, CAPTURE, recorded[0][number]) for number in range(recorded_count[0])]
    if context.backend == _LOOPBACK_BACKEND:
        found += [_device(ffi, context.backend, LOOPBACK, played[0][number]) for number in range(played_count[0])]
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.is_system_sound))


def native_id(device_id: str, ffi: Any) -> Any:
    """The id of a device as miniaudio takes it, NULL for the default device."""
    _, _, digits = device_id.partition(":")
    try:
        content = bytes.fromhex(digits)
    except ValueError:
        content = b""  # From a damaged file: the default device.
    made = ffi.new("ma_device_id *")
    if not content or len(content) > ffi.sizeof("ma_device_id"):
        return ffi.NULL
    ffi.memmove(made, content, len(content))
    return made


def is_loopback(device_id: str) -> bool:
    """Whether the device plays, and what it plays is recorded."""
    return device_id.startswith(f"{LOOPBACK}:")


def _device(ffi: Any, backend: str, kind: str, info: Any) -> CaptureDevice | None:
    content = bytes(ffi.buffer(ffi.addressof(info, "id"))).rstrip(b"\0")
    if (backend, content) in _NOT_A_DEVICE:
        return None
    return CaptureDevice(
        id=f"{kind}:{content.hex()}",
        name=ffi.string(info.name).decode("utf-8", "replace"),
        is_system_sound=kind == LOOPBACK or (backend == "PulseAudio" and content.endswith(_MONITOR)),
        is_default=kind == CAPTURE and bool(info.isDefault),
    )
