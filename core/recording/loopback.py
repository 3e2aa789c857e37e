"""A device of miniaudio that delivers what a loudspeaker plays. Only Windows (WASAPI) has that.

Pyminiaudio's class for recording asks for the type "capture" alone; this one is made in the same way.
"""

import importlib
from typing import Any

import miniaudio


class _LoopbackDevice(miniaudio.CaptureDevice):
    """https://miniaud.io/docs/manual/index.html, "Loopback": a device id is that of one that plays."""

    def __init__(
        self,
        *,
        nchannels: int,
        sample_rate: int,
        buffersize_msec: int,
        device_id: Any,
        backends: list[Any] | None,
        app_name: str,
    ) -> None:
        miniaudio.AbstractDevice.__init__(self)
        native = importlib.import_module("_miniaudio")
        ffi, lib = native.ffi, native.lib
        self.format = miniaudio.SampleFormat.SIGNED16
        self.sample_width = miniaudio.width_from_format(self.format)
        self.nchannels = nchannels
        self.sample_rate = sample_rate
        self.buffersize_msec = buffersize_msec
        self._ffi_handle = ffi.new_handle(self)
        self._devconfig = config = lib.ma_device_config_init(lib.ma_device_type_loopback)
        config.sampleRate = sample_rate
        config.capture.channels = nchannels
        config.capture.format = self.format.value
        config.capture.pDeviceID = device_id
        config.periodSizeInMilliseconds = buffersize_msec
        config.pUserData = self._ffi_handle
        config.dataCallback = lib._internal_data_callback
        config.stopCallback = lib._internal_stop_callback
        self._context = self._make_context(backends or [], app_name=app_name)
        result = lib.ma_device_init(self._context, ffi.addressof(config), self._device)
        if result != lib.MA_SUCCESS:
            raise miniaudio.MiniaudioError("failed to init device", result)
        self.backend = ffi.string(lib.ma_get_backend_name(self._context.backend)).decode()


def loopback_device(**values: Any) -> Any:
    """A device that is made, and used, like `miniaudio.CaptureDevice`. Raises `miniaudio.MiniaudioError`."""
    return _LoopbackDevice(**values)
