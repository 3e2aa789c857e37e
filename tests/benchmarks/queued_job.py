"""A recording in the queue of which only the name matters."""

from core.domain import Job, JobId, Requester, SourceReference
from core.domain.options import TranscriptionOptions


def queued_job(number: int) -> Job:
    """The job of this number, submitted in the window."""
    location = f"/talks/recording number {number}.wav"
    source = SourceReference("file", location, f"recording number {number}.wav")
    return Job(JobId(f"{number:032x}"), source, TranscriptionOptions(), Requester("desktop"), float(number))
