"""Transcription on this computer: its provider, and the models that there are, can be fetched and deleted."""

import asyncio
from collections.abc import Callable

from core.concurrency.supervision import Supervisor
from core.config import Settings
from core.domain import ModelStatus
from core.domain.errors import EngineNotInstalled
from core.providers import ModelLibrary, OnDeviceProvider, OnDeviceVoices, default_children, default_threads
from core.system.extras import Extra, is_installed
from core.system.hardware import available_memory_bytes, usable_cores

MOST_ENGINES = 4
"""On a computer with many cores, more engines would rather cost memory than save time; they get more threads."""


MOST_VOICES_PROCESSES = 2


def on_device_provider(library: ModelLibrary, settings: Settings, supervisor: Supervisor) -> OnDeviceProvider:
    """The provider, with as many engines and threads as this computer has memory and cores for."""
    cores = usable_cores()
    engines = default_children(cores, MOST_ENGINES, available_memory_bytes() or 0)
    return OnDeviceProvider(
        library,
        children=engines,
        threads=default_threads(cores, engines),
        idle_s=settings.engine_idle_minutes * 60,
        supervisor=supervisor,
    )


def on_device_voices(library: ModelLibrary, settings: Settings, supervisor: Supervisor) -> OnDeviceVoices:
    """What tells speakers apart. A process hears 20 to 30 times as fast as people speak, so few are enough."""
    children = MOST_VOICES_PROCESSES if usable_cores() > MOST_VOICES_PROCESSES else 1
    return OnDeviceVoices(library, children=children, idle_s=settings.engine_idle_minutes * 60, supervisor=supervisor)


class OnDeviceModels:
    """Lives on one event loop."""

    def __init__(self, library: ModelLibrary) -> None:
        self._library = library

    async def list(self) -> tuple[ModelStatus, ...]:
        """The models, smallest first, and which of them are here; then a person's own, and those that could be."""
        await self._library.refresh()
        return (*await asyncio.to_thread(self._library.status), *await asyncio.to_thread(self._library.found))

    async def download(self, name: str, on_progress: Callable[[int, int], None]) -> None:
        """Fetch a model; `on_progress` gets bytes done and bytes in all. Cancelling stops the download.

        Raises `ModelError` and its children, and `EngineNotInstalled`, as nothing could load the model then.
        """
        if not is_installed(Extra.DEVICE):
            raise EngineNotInstalled
        await self._library.download(name, on_progress)

    async def add(self, wanted: str, name: str, on_progress: Callable[[int, int], None]) -> str:
        """Add a person's own model and return its name, which is found for it where none is given.

        `wanted` is its folder, or `owner/name` or `owner/name@revision` at Hugging Face; `on_progress` gets bytes done
        and bytes in all of a download. Raises `ModelError` and its children, and `EngineNotInstalled`, as nothing could
        load the model then.
        """
        if not is_installed(Extra.DEVICE):
            raise EngineNotInstalled
        return await self._library.add(wanted, name, on_progress)

    async def delete(self, name: str) -> None:
        """Remove a downloaded model from the disk, or forget a person's own, whose folder stays.

        Raises `ModelError` and its children.
        """
        await self._library.refresh()
        await self._library.delete(name)
