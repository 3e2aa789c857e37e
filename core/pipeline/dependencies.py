"""What a pipeline is built of, by subject."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from core.cache import TranscriptCache
from core.domain import Job, Requester, SourceReference
from core.media import Decoder, Encoder, MediaSource
from core.pipeline.budget import Budget
from core.pipeline.finished_parts import PartStore
from core.pipeline.minutes import Allowance, unlimited
from core.store import History, IdentityAliases
from core.voices import VoiceTeller


@dataclass(frozen=True, slots=True)
class MediaAccess:
    """How recordings are read, encoded and listened to.

    `open_source` finds the bytes of a job; it raises `SourceError`. `voices` tells speakers apart.
    """

    open_source: Callable[[SourceReference], Awaitable[MediaSource]]
    decoder: Decoder
    encoder: Encoder
    voices: VoiceTeller | None = None


def anybody(requester: Requester) -> bool:
    """Allow every requester."""
    return True


@dataclass(frozen=True, slots=True)
class SpendingRules:
    """What transcribing may cost, and how much of it each requester may have.

    `allowance` limits the seconds of a job's recording for the time of the work, `may_cost` says whether a requester's
    jobs may use providers that cost money.
    """

    budget: Budget
    allowance: Callable[[Job], AbstractAsyncContextManager[Allowance]] = unlimited
    may_cost: Callable[[Requester], bool] = anybody


@dataclass(frozen=True, slots=True)
class PipelineStores:
    """Where transcripts are looked up and kept. `parts` keeps finished parts of unfinished jobs, None nothing."""

    cache: TranscriptCache
    aliases: IdentityAliases
    history: History
    parts: PartStore | None = None
