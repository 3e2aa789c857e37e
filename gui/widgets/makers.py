"""Who has transcribed something, for people."""

from core.domain.provider_state import ON_DEVICE
from core.i18n import Translator
from gui.widgets.text import harmless


def maker_text(tr: Translator, provider: str, model: str = "") -> str:
    """The provider, and the model where one is given. This computer isn't called by its name in files and settings."""
    if provider == ON_DEVICE:
        here = tr("on this computer")
        return f"{here}, {harmless(model)}" if model else here
    return harmless(" ".join(dict.fromkeys(filter(None, (provider, model)))))
