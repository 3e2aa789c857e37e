"""The line under the job table: what is wrong with the providers. The chips have the counts, the dashboard the rest."""

from collections.abc import Sequence

from core.domain.provider_state import ProviderState
from core.i18n import Translator
from gui.pages.settings.providers.provider_texts import problems_of
from gui.widgets.text import harmless


def status_text(tr: Translator, providers: Sequence[ProviderState]) -> str:
    """The whole line, empty where all is well."""
    found = ((one.title, problems_of(tr, one)) for one in providers)
    return "  ·  ".join(f"{harmless(title)}: {', '.join(problems)}" for title, problems in found if problems)
