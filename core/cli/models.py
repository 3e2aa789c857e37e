"""`notula models`: which there are, getting more of them, and whether one can be used."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from core.cli.terminal import Terminal
from core.domain import ModelKind, ModelState, ModelStatus
from core.domain.errors import EngineNotInstalled
from core.domain.model import AUTOMATIC, automatic_title
from core.system.extras import Extra, is_installed

if TYPE_CHECKING:
    from core.app.on_device_models import OnDeviceModels


async def list_models(terminal: Terminal) -> int:
    """One line a model, with a star before the chosen one."""
    tr = terminal.tr
    states = {
        ModelState.BUNDLED: tr("comes with Notula"),
        ModelState.DOWNLOADED: tr("downloaded"),
        ModelState.CACHED: tr("in the Hugging Face cache"),
        ModelState.OWN: tr("your own"),
        ModelState.LOST: tr("your own; its files are gone"),
        ModelState.FOUND: tr("in the Hugging Face cache; get it with: notula models add"),
        ModelState.MISSING: tr("not downloaded"),
    }
    models = await _models(terminal).list()
    if terminal.settings.model == AUTOMATIC:
        terminal.say(f"* {AUTOMATIC:<20} {tr.message(automatic_title(models))}")
    for model in models:
        chosen = "*" if model.name == terminal.settings.model else " "
        state = states[model.state]
        if model.kind is ModelKind.VOICES:
            state = tr("{state}; it tells speakers apart", state=state)
        if model.is_changed:
            state = tr("{state}; changed since it was added", state=state)
        if model.place:
            state = f"{state}  {model.place}"
        terminal.say(f"{chosen} {model.name:<20} {model.size_bytes // 1_000_000:>6} MB  {state}")
    if not is_installed(Extra.DEVICE):
        terminal.complain(EngineNotInstalled().message)
    return 0


async def download_model(terminal: Terminal, name: str) -> int:
    """Fetch a model, with a bar on a terminal."""
    with _progress(name) as report:
        await _models(terminal).download(name, report)
    terminal.note(terminal.tr("The model {model} is ready.", model=name))
    return 0


async def add_model(terminal: Terminal, place: str, name: str) -> int:
    """Add a person's own model, which stays where it is or is fetched, with a bar on a terminal."""
    with _progress(place) as report:
        added = await _models(terminal).add(place, name, report)
    terminal.note(terminal.tr("The model {model} is added. Use it with: --model {model}", model=added))
    return 0


@contextmanager
def _progress(title: str) -> Iterator[Callable[[int, int], None]]:
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:
        bar = progress.add_task(escape(title), total=None)
        yield lambda done, total: progress.update(bar, completed=done, total=total)


async def delete_model(terminal: Terminal, name: str) -> int:
    """Remove a downloaded model from the disk, or forget a person's own."""
    models = _models(terminal)
    own = {model.name for model in await models.list() if model.place}
    await models.delete(name)
    if name in own:
        terminal.note(terminal.tr("The model {model} is removed. A folder that you have named stays.", model=name))
    else:
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
    if name == AUTOMATIC:
        return True
    of_speech = (model for model in models if model.kind is ModelKind.SPEECH)
    state = next((model.state for model in of_speech if model.name == name), None)
    if state is None:
        terminal.note(terminal.tr("There is no model called {model}; 'notula models' lists them.", model=name))
    elif state is ModelState.LOST:
        terminal.note(
            terminal.tr("The files of the model {model} are gone; 'notula models' says where they were.", model=name)
        )
    elif state is ModelState.MISSING:
        terminal.note(
            terminal.tr(
                "The model {model} isn't on this computer yet; get it with: notula models download {model}", model=name
            )
        )
    return state is not None and state.is_here
