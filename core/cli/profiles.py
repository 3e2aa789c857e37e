"""`notula profiles`: lists the profiles, and uses one from now on."""

from core.cli.terminal import Terminal
from core.config.profile_settings import profile_in_use
from core.domain.visible import one_line


async def list_profiles(terminal: Terminal) -> int:
    """One line a profile; the one whose settings are those in use has a star."""
    settings = terminal.settings
    used = profile_in_use(settings, settings.saved_profiles)
    for name in settings.saved_profiles:
        terminal.say(f"{'*' if name == used else ' '} {one_line(name)}")
    if not settings.saved_profiles:
        terminal.note(terminal.tr("There are no profiles. The window saves them under Settings, General."))
    return 0


async def use_profile(terminal: Terminal, name: str) -> int:
    """Use a profile's settings from now on, and write them to the file. Raises `SettingsError`."""
    values = terminal.settings.saved_profiles.get(name)
    if values is None:
        terminal.note(terminal.tr("There is no profile {name}. 'notula profiles' lists them.", name=name))
        return 1
    await terminal.settings_service.change(**values)
    terminal.note(terminal.tr("The profile {name} is in use.", name=name))
    return 0
