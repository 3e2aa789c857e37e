"""Exports several transcripts at once, and says in one sentence what was written and where."""

import asyncio
from collections.abc import Callable, Sequence

from core.domain import TranscriptId
from core.export import ExportedMany, ExportPlace, ExportPlan
from gui.external_programs import open_folder
from gui.page_context import PageContext


def export_many(
    context: PageContext,
    transcript_ids: Sequence[TranscriptId],
    plan: ExportPlan,
    on_progress: Callable[[int], None] = lambda done: None,
) -> asyncio.Task[None]:
    """Start to export these. `on_progress` gets how many are done, in the core's thread."""
    return context.operations.start(
        context.core.call(lambda notula: notula.transcripts.export_many(transcript_ids, plan, on_progress)),
        done=lambda exported: _tell(context, plan, exported),
    )


def _tell(context: PageContext, plan: ExportPlan, exported: ExportedMany) -> None:
    tr, messages, folder = context.tr, context.messages, exported.folder
    if folder is None:
        messages.result(tr("Nothing was exported."), exported.notices)
        return
    written = tr.plural("{count} transcript was exported", "{count} transcripts were exported", exported.transcripts)
    files = tr.plural("{count} file", "{count} files", exported.files)
    said = tr("{written}, as {files}, into {folder}.", written=written, files=files, folder=str(folder))
    if plan.place is ExportPlace.BESIDE:
        said = tr("{written}, as {files}, beside the recordings.", written=written, files=files)
    if plan.place is ExportPlace.ARCHIVE and plan.target is not None:
        said = tr("{written}, as {files}, into {archive}.", written=written, files=files, archive=str(plan.target))
    messages.result(said, exported.notices, tr("Show"), lambda: open_folder(folder, messages))
