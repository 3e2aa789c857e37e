"""What one run over a recording is given."""

from dataclasses import dataclass

from core.domain import Requester, TranscriptionOptions
from core.pipeline.budget import Budget
from core.pipeline.chunk_adapter import ChunkAdapter
from core.pipeline.upload_speed import UploadSpeed
from core.providers import Candidate, Router
from core.voices import VoiceTeller


@dataclass(frozen=True, slots=True)
class RunTools:
    """What all runs of a pipeline share. `voices` tells the speakers apart that a provider doesn't."""

    router: Router
    adapter: ChunkAdapter
    upload_speed: UploadSpeed
    budget: Budget
    voices: VoiceTeller | None = None


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What is to be transcribed, for whom, and by which providers.

    `candidates` may be asked, the best first. What it costs is recorded for `requester`. `duration_s` is the
    recording's length by its header, None where it has none.
    """

    requester: Requester
    candidates: tuple[Candidate, ...]
    options: TranscriptionOptions
    duration_s: float | None
