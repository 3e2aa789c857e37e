"""The sandbox around the processes that hold codecs, the decoder's and the encoder's."""

from core.system.sandbox import allow_cpu, confine_codec_process, cpu_s

__all__ = ["allow_cpu", "cpu_s", "enter"]

_MOST_CPU_S = 4 * 3600.0


def enter(address_space_bytes: int, most_cpu_s: float = _MOST_CPU_S) -> tuple[str, ...]:
    """Close the sandbox around this process for good. Everything that will be imported must be imported by now.

    `address_space_bytes` is what may be allocated beyond what is in use, `most_cpu_s` all the processor time that this
    process may ever use. Returns the names of the layers in place.
    """
    return confine_codec_process(address_space_bytes, most_cpu_s)
