"""`notula models`: which there are, getting more of them, and whether one can be used."""

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from core.cli.terminal import Terminal
from core.domain import ModelState, ModelStatus
from core.domain.errors import EngineNotInstalled
from core.system.extras import Extra, is_installed

if TYPE_CHECKING:
    from core.app.on_device_models import OnDeviceModels


async def list_models(terminal: Terminal) -> int:
    """One line a model, with a star before the chosen one."""
    tr = terminal.tr
    states = {
        ModelState.BUNDLED: tr("comes with Notula"),
        ModelState.DOWNLOADED: tr("downloaded"),
        ModelState.MISSING: tr("not downloaded"),
    }
    for model in await _models(terminal).list():
        chosen = "*" if model.name == terminal.settings.model else " "
        terminal.say(f"{chosen} {model.name:<20} {model.size_bytes // 1_000_000:>6} MB  {states[model.state]}")
    if not is_installed(Extra.DEVICE):
        terminal.complain(EngineNotInstalled().message)
    return 0


async def download_model(terminal: Terminal, name: str) -> int:
    """Fetch a model, with a bar on a terminal."""
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:
        bar = progress.add_task(escape(name), total=None)
        await _models(terminal).download(name, lambda done, total: progress.update(bar, completed=done, total=total))
    terminal.note(terminal.tr("The model {model} is ready.", model=name))
    return 0


async def delete_model(terminal: Terminal, name: str) -> int:
    """Remove a downloaded model from the disk."""
    await _models(terminal).delete(name)
    terminal.note(terminal.tr("The model {model} is deleted.", model=name))
    return 0


def _models(terminal: Terminal) -> "OnDeviceModels":
    from core.app.on_device_models import OnDeviceModels
    from core.providers import ModelLibrary

    return OnDeviceModels(ModelLibrary(terminal.folders.models))


def is_ready(terminal: Terminal, name: str, models: Iterable[ModelStatus]) -> bool:
    """Whether a model of this name can be used on this computer; where it can't, what to do is printed."""
    if not is_installed(Extra.DEVICE):
        terminal.complain(EngineNotInstalled().message)
        return False
    state = next((model.state for model in models if model.name == name), None)
    if state is None:
        terminal.note(terminal.tr("There is no model called {model}; 'notula models' lists them.", model=name))
    elif state is ModelState.MISSING:
        terminal.note(
            terminal.tr(
                "The model {model} isn't on this computer yet; get it with: notula models download {model}", model=name
            )
        )
    return state not in (None, ModelState.MISSING)
