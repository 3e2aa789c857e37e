"""Tells that a model is ready, with the way to the setting that uses it."""

from core.domain.window_page import WindowPage
from core.i18n import Translator
from gui.messages import Messages


def tell_of_model(messages: Messages, tr: Translator, model: str) -> None:
    """Tell of a model that can be chosen now; where `model` is empty, of the one that tells voices apart."""
    if model:
        sentence = tr("The model {model} is ready. Choose it in the settings to use it.", model=model)
        place = WindowPage.MODEL
    else:
        sentence = tr("Notula can tell speakers apart on this computer now. Switch it on in the settings.")
        place = WindowPage.SPEAKERS
    link = messages.link_to(place)
    if link is None:
        messages.information(sentence)
    else:
        messages.information(sentence, link.text, link.open)
