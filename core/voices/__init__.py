"""Who spoke when: the plain types, the port to what tells voices apart, and giving a transcript its speakers."""

from core.voices.assign import assigned, speaker_name
from core.voices.channel_overlap import overlaps
from core.voices.channels import ChannelLevels, turns_by_channel
from core.voices.parts import numbered, united
from core.voices.remembered import LEAST_SPEECH_S, RememberedVoice, suggested_names
from core.voices.teller import VoiceTeller
from core.voices.voice import Decision, Heard, Turn, VoicePrint

__all__ = [
    "LEAST_SPEECH_S",
    "ChannelLevels",
    "Decision",
    "Heard",
    "RememberedVoice",
    "Turn",
    "VoicePrint",
    "VoiceTeller",
    "assigned",
    "numbered",
    "overlaps",
    "speaker_name",
    "suggested_names",
    "turns_by_channel",
    "united",
]
