"""The one owner of the settings: other parts read them, subscribe to them, and send changes."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from core.concurrency.supervision import complete
from core.config import LoadedSettings, Settings, load_settings
from core.config.declarations import restricts, rule_of, wrong_part
from core.config.settings_document import SettingsDocument, only_process_to_write, write_values
from core.config.settings_transfer import SettingsImport, read_settings, write_settings
from core.domain.errors import SettingFixed, SettingRefused, SettingsEdited, SettingsUnusable
from core.domain.provider_settings import ProviderSettings


class SettingsService:
    """Lives on one event loop; `current` may be read by any thread.

    `loaded` is what `file` held when it was read; without a document that isn't known. `environment` is where
    variables win over the file.
    """

    def __init__(self, loaded: LoadedSettings, file: Path, environment: Mapping[str, str] | None = None) -> None:
        self._current = loaded.settings
        self._document = loaded.document
        self._variables = loaded.variables
        self._file = file
        self._environment = os.environ if environment is None else environment
        self._changing = asyncio.Lock()
        self._checks: dict[str, Callable[[object], Awaitable[None]]] = {}
        self._followers: list[tuple[Callable[[Settings], None], frozenset[str]]] = []

    @property
    def current(self) -> Settings:
        """The settings in use. Don't keep a copy: they may change at any time."""
        return self._current

    def follow(self, changed: Callable[[Settings], None], *names: str) -> None:
        """Call this at once, and whenever one of these settings is another; without names, whenever any is."""
        self._followers.append((changed, frozenset(names or Settings.model_fields)))
        changed(self._current)

    def check_before(self, name: str, check: Callable[[object], Awaitable[None]]) -> None:
        """Await this with the new value before `change` changes the setting. It raises where that can't be used."""
        self._checks[name] = check

    async def change(self, **values: Any) -> Settings:
        """Use these values from now on and write them to the file.

        Raises what `change_by` does, and what the checks of `check_before` do.
        """
        for name, check in self._checks.items():
            if name in values and values[name] != getattr(self._current, name):
                await check(values[name])
        return await self.change_by(lambda settings: values)

    async def change_service(self, name: str, service: ProviderSettings) -> Settings:
        """Use these settings of a provider from now on. Raises what `change_by` does."""
        return await self.change_by(lambda settings: {"services": {**settings.services, name: service}})

    async def change_by(self, values_for: Callable[[Settings], Mapping[str, Any]]) -> Settings:
        """Use other values from now on and write them to the file: `values_for` gets the current settings.

        What was edited by hand meanwhile counts, too, and stays in the file. Returns the settings in use then. Raises
        `SettingRefused`, `SettingFixed`, `SettingsEdited` and `SettingsNotSaved`; then all is as it was. Cancelling
        the caller doesn't leave the change half done.
        """
        return await complete(asyncio.create_task(self._change(values_for), name="change-settings"))

    async def export(self, file: Path) -> None:
        """Write all settings to a file for another computer. Raises `SettingsNotExported`."""
        await asyncio.to_thread(write_settings, self._current, file)

    async def read_import(self, file: Path) -> SettingsImport:
        """What another computer's file would change; `change` then changes it. Raises `SettingsNotImported`."""
        return await asyncio.to_thread(read_settings, file, self._current, self._variables)

    def with_values(self, **values: Any) -> "SettingsService":
        """Another owner, of settings that differ in these values until the process ends. Raises `SettingRefused`."""
        _check(values)
        settings = self._current.changed(**values)
        loaded = LoadedSettings(settings, document=self._document, variables=self._variables)
        return SettingsService(loaded, self._file, self._environment)

    def use(self, **values: Any) -> None:
        """Use these values until the process ends, and write nothing. Raises `SettingRefused`."""
        _check(values)
        self._replace(self._current.changed(**values))

    async def _change(self, values_for: Callable[[Settings], Mapping[str, Any]]) -> Settings:
        async with self._changing:
            settings, self._document = await asyncio.to_thread(self._write, values_for)
            self._replace(settings)
            return settings

    def _write(self, values_for: Callable[[Settings], Mapping[str, Any]]) -> tuple[Settings, SettingsDocument]:
        """Runs in a thread, one at a time."""
        with only_process_to_write(self._file):
            try:
                loaded = load_settings(self._file, self._environment)
            except SettingsUnusable as error:
                raise SettingsEdited(problem=error.message) from error
            document = loaded.document or SettingsDocument()
            if not document.text and self._document is not None:
                # The file is gone: taken away, or on its way through an editor. It is written anew as it was.
                document = self._document
            settings = self._current.changed(**self._edited(loaded.settings, document))
            values = dict(values_for(settings))
            _check(values)
            changed = settings.changed(**values)
            for name in values:
                if name in self._variables and getattr(changed, name) != getattr(settings, name):
                    raise SettingFixed(variable=self._variables[name])
            if not values:
                return changed, document
            return changed, write_values(document, changed.model_dump(mode="json", include=set(values)), self._file)

    def _edited(self, settings: Settings, document: SettingsDocument) -> dict[str, Any]:
        """What was changed by hand since the file was read or written.

        A restricting setting that was removed counts only from the next start on, as the file may be half written.
        """
        if self._document is None:
            return {}
        before, now = self._document.values, document.values
        names = (name for name in Settings.model_fields if before.get(name) != now.get(name))
        return {name: getattr(settings, name) for name in names if name in now or not restricts(name)}

    def _replace(self, settings: Settings) -> None:
        before, self._current = self._current, settings
        changed = {name for name in Settings.model_fields if getattr(before, name) != getattr(settings, name)}
        for follower, names in tuple(self._followers):
            if names & changed:
                follower(settings)


def _check(values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if wrong_part(name, value) is not None:
            raise SettingRefused(name, rule_of(name, value))
