"""The rows of the dashboard's tables: what each worker does, and how each provider fares."""

from collections.abc import Mapping

from core.domain import JobState, JobView, Snapshot
from core.domain.provider_state import ON_DEVICE, ProviderState
from core.i18n import Translator
from gui.pages.dashboard.text_table import Row
from gui.pages.settings.providers.provider_texts import problems_of
from gui.widgets.text import clock, harmless
from gui.widgets.time_left import time_left_of


def worker_headers(tr: Translator) -> Row:
    """The headers of `worker_rows`."""
    return (tr("Recording"), tr("Progress"), tr("For"))


def worker_rows(tr: Translator, snapshot: Snapshot) -> list[Row]:
    """A row for each job that runs, and one for the workers that are free."""
    rows: list[Row] = [
        (harmless(job.name), _progress(tr, job), clock(job.elapsed_s))
        for job in snapshot.jobs
        if job.state is JobState.RUNNING
    ]
    if snapshot.statistics.idle:
        rows.append((tr.plural("Room for {count} more", "Room for {count} more", snapshot.statistics.idle), "", ""))
    return rows


def provider_headers(tr: Translator) -> Row:
    """The headers of `provider_rows`."""
    return (tr("Provider"), tr("State"), tr("Keys"), tr("Cost today"))


def provider_rows(tr: Translator, snapshot: Snapshot, costs: Mapping[str, float] | None) -> list[Row]:
    """A row for each provider that is used, in their order. `costs` are in US dollars, None where they aren't known."""
    return [
        (_title(tr, state), _circuit(tr, state), _keys(tr, state), _cost(tr, state, costs))
        for state in snapshot.providers
    ]


def _title(tr: Translator, state: ProviderState) -> str:
    return tr("This computer") if state.name == ON_DEVICE else harmless(state.title)


def _progress(tr: Translator, job: JobView) -> str:
    if job.progress is None:
        return tr("begun")
    percent = f"{int(100 * job.progress)} %"
    left = tr("finishing") if job.is_finishing else time_left_of(tr, job)
    return ", ".join(filter(None, (percent, left)))


def _circuit(tr: Translator, state: ProviderState) -> str:
    """Whether requests go through, and if not, why."""
    found = problems_of(tr, state)
    return f"! {', '.join(found)}" if found else tr("✓ works")


def _keys(tr: Translator, state: ProviderState) -> str:
    if not state.keys:
        return tr("none needed")
    return tr("{usable} of {count} work", usable=state.usable_keys - state.rate_limited_keys, count=state.keys)


def _cost(tr: Translator, state: ProviderState, costs: Mapping[str, float] | None) -> str:
    if costs is None:
        return tr("unknown")
    cost = costs.get(state.name, 0.0)
    return f"${cost:.2f}" if not cost or cost >= 0.01 else tr("under {amount}", amount="$0.01")
