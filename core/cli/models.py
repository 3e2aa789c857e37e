"""`notula models`: which there are, getting more of them, and whether one can be used."""

import asyncio
import sys
from collections.abc import Iterable

from core.cli.terminal import Terminal
from core.domain import ModelState, ModelStatus
from core.domain.errors import EngineNotInstalled
from core.system.extras import Extra, is_installed


async def list_models(terminal: Terminal) -> int:
    """One line a model, with a star before the chosen one."""
    from core.providers import ModelLibrary

    tr = terminal.tr
    states = {
        ModelState.BUNDLED: tr("comes with Notula"),
        ModelState.DOWNLOADED: tr("downloaded"),
        ModelState.MISSING: tr("not downloaded"),
    }
    for model in await asyncio.to_thread(ModelLibrary(terminal.folders.models).status):
        chosen = "*" if model.name == terminal.settings.model else " "
        terminal.say(f"{chosen} {model.name:<20} {model.size_bytes // 1_000_000:>6} MB  {states[model.state]}")
    if not is_installed(Extra.DEVICE):
        terminal.complain(EngineNotInstalled().message)
    return 0


async def download_model(terminal: Terminal, name: str) -> int:
    """Fetch a model, with a bar on a terminal. Raises `EngineNotInstalled`: nothing could load the model."""
    if not is_installed(Extra.DEVICE):
        raise EngineNotInstalled
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    from core.providers import ModelLibrary

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:
        bar = progress.add_task(escape(name), total=None)
        await ModelLibrary(terminal.folders.models).download(
            name, lambda done, total: progress.update(bar, completed=done, total=total)
        )
    terminal.note(terminal.tr("The model {model} is ready.", model=name))
    return 0


async def delete_model(terminal: Terminal, name: str) -> int:
    """Remove a downloaded model from the disk."""
    from core.providers import ModelLibrary

    await ModelLibrary(terminal.folders.models).delete(name)
    terminal.note(terminal.tr("The model {model} is deleted.", model=name))
    return 0


def is_ready(terminal: Terminal, name: str, models: Iterable[ModelStatus]) -> bool:
    """Whether a model of this name can be used on this computer; where it can't, the terminal is told what to do."""
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
