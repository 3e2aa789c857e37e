"""Switching and keeping profiles, each with its undo, for the settings page and the command palette."""

from collections.abc import Callable

from core.config import Settings
from core.config.profile_settings import Profile
from gui.page_context import PageContext
from gui.widgets.text import harmless


def use_profile(context: PageContext, name: str) -> None:
    """Use a profile's settings from now on. One that was deleted meanwhile changes nothing."""
    tr = context.tr
    if values := context.settings.current.saved_profiles.get(name):
        said = tr("The profile {name} is in use.", name=harmless(name))
        _change(context, values, said, tr("The settings are as they were."))


def keep_profiles(context: PageContext, profiles: dict[str, Profile], said: str) -> None:
    """Have these profiles in place of those that there are."""
    _change(context, {"saved_profiles": profiles}, said, context.tr("The profiles are as they were."))


def _change(context: PageContext, values: Profile, said: str, undone: str) -> None:
    before = context.settings.current.model_dump(mode="json", include=set(values))

    def set_to(values: Profile, tell: Callable[[Settings], None]) -> None:
        context.operations.start(context.core.call(lambda notula: notula.settings_service.change(**values)), done=tell)

    def undo() -> None:
        set_to(before, lambda _: context.messages.information(undone))

    set_to(values, lambda _: context.messages.information(said, context.tr("Undo"), undo, is_undo=True))
