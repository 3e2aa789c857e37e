"""The line under the job table: workers, counts, and what is wrong with the providers."""

from collections.abc import Sequence

from core.domain import QueueStatistics
from core.domain.provider_state import ProviderState
from core.i18n import Translator
from gui.pages.settings.providers.provider_texts import problems_of
from gui.widgets.text import harmless


def status_text(tr: Translator, statistics: QueueStatistics, providers: Sequence[ProviderState]) -> str:
    """The whole line."""
    parts = [
        tr("{running} of {workers} workers busy", running=statistics.running, workers=statistics.workers),
        tr("{count} waiting", count=statistics.queued + statistics.retrying),
        tr("{count} done", count=statistics.done),
    ]
    if statistics.failed:
        parts.append(tr("{count} failed", count=statistics.failed))
    if statistics.cache_hit_rate is not None:
        parts.append(tr("cache hits {percent} %", percent=round(100 * statistics.cache_hit_rate)))
    parts.extend(f"{harmless(one.title)}: {', '.join(found)}" for one in providers if (found := problems_of(tr, one)))
    return "  ·  ".join(parts)
