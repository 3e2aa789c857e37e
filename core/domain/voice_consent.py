"""What has to be agreed to before a voice is remembered."""

from core.domain.translatable_text import mark

CONSENT = mark(
    "A print of a voice identifies a person. Have a voice remembered only if that person has agreed to it. "
    "It stays on this computer, in a file of its own, until you forget it."
)
