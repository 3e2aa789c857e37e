"""Mixes channels into one without losing what is in them with opposite signs.

A channel that is wired the wrong way round cancels the others when they are added. So each quarter of a second the
channels are compared, and one that is the negative of another is added with the other sign. Voices that have nothing to
do with each other, one a channel, are added as they are.

Only the decoder's child imports this.
"""

from collections.abc import Sequence

import numpy as np

from core.media.child.sound.samples import Samples

BLOCK_S = 0.25
"""How much sound is compared at a time."""

_WEIGHTS = {"FC": 1.0, "FL": 0.707, "FR": 0.707, "LFE": 0.25, "LFE2": 0.25}
_WEIGHT_OF_OTHERS = 0.5
"""Of the channels of a film: speech is in the middle (ITU-R BS.775; there the lowest effects are left out)."""

_COMPARED_RATE_HZ = 8000
_OPPOSITE = -0.5
"""The correlation from which on two channels cancel each other: half of their power is lost."""

_LEAST_POWER = 1e-13
_LEAST_SHARE = 1e-4
"""Channels that are quieter, or so much quieter than the loudest, cancel nothing."""

_LEAST_SHARE_OF_USUAL = 1e-2
_FORGOTTEN_PER_BLOCK = 0.97
"""In pauses nothing is decided: what is left there, hum and noise, has signs of its own."""

_MAX_DELAY = 8
"""Of one channel behind another, in compared samples: a millisecond, or 30 cm between two microphones."""

_MAX_COMPARED = 32
_RAMP_S = 0.02


class ChannelMixer:
    """Mixes the blocks of one recording, one after another, while their channels are the same."""

    def __init__(self, channels: Sequence[str], rate_hz: int) -> None:
        """`channels` are libav's names of the channels, or any that it doesn't know, which then weigh the same."""
        weights = np.array([_WEIGHTS.get(name, _WEIGHT_OF_OTHERS) for name in channels], np.float32)
        self._weights = weights / weights.sum()
        self._signs = np.ones(len(channels), np.float32)
        self._rate_hz = rate_hz
        self._has_begun = False
        self._usual_power = 0.0
        self.has_inverted = False
        """Whether a channel was ever added with the other sign."""

    def mix(self, block: Samples) -> Samples:
        """One channel of the block's."""
        if len(block) == 1:
            only: Samples = block[0]
            return only
        before = self._signs
        if len(block) <= _MAX_COMPARED:
            self._signs = self._compared(block)
        mixed: Samples = (self._weights * self._signs) @ block
        if self._has_begun and not np.array_equal(before, self._signs):
            # Without a click: from the old signs to the new ones.
            length = min(block.shape[1], round(_RAMP_S * self._rate_hz))
            ramp = np.linspace(0, 1, length, dtype=np.float32)
            mixed[:length] = ramp * mixed[:length] + (1 - ramp) * ((self._weights * before) @ block[:, :length])
        self._has_begun = True
        self.has_inverted |= bool((self._signs < 0).any())
        return mixed

    def _compared(self, block: Samples) -> Samples:
        """The sign of each channel: as it was, but for those that would cancel a louder one."""
        step = max(1, self._rate_hz // _COMPARED_RATE_HZ)
        # Differences: hum, which may be of opposite signs by itself, counts less than speech.
        edges = np.diff(block[:, ::step], axis=1)
        length = edges.shape[1]
        if length <= _MAX_DELAY:
            return self._signs
        power = np.square(edges).mean(axis=1)
        self._usual_power = max(float(power.max()), _FORGOTTEN_PER_BLOCK * self._usual_power)
        least = max(_LEAST_POWER, _LEAST_SHARE_OF_USUAL * self._usual_power, _LEAST_SHARE * float(power.max()))
        delays = [edges[:, delay:] @ edges[:, : length - delay].T / length for delay in range(_MAX_DELAY + 1)]
        either_first = np.stack([*delays, *(delayed.T for delayed in delays)])
        strongest = np.take_along_axis(either_first, np.abs(either_first).argmax(axis=0)[np.newaxis], axis=0)[0]
        signs = self._signs.copy()
        compared: list[int] = []
        for channel in np.argsort(-power):
            if power[channel] < least:
                break
            if compared:
                scale = np.sqrt(power[channel] * power[compared])
                correlation = strongest[channel, compared] / scale * signs[compared] * signs[channel]
                if correlation[np.abs(correlation).argmax()] < _OPPOSITE:
                    signs[channel] = -signs[channel]
            compared.append(int(channel))
        return signs
