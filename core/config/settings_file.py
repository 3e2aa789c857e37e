"""The settings: those of the file, and the environment over it.

The file is `settings.toml` in the platform's configuration folder. An environment variable `NOTULA_<NAME>` wins over
it. A wrong value costs that value alone. Where a default in its place could allow more than the owner wants, nothing
starts before it is corrected.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.config.declarations import (
    RESTRICTING,
    is_blank_list,
    restricts,
    rule_of,
    wrong_entries,
    wrong_part,
)
from core.config.settings import Settings
from core.config.settings_document import SettingsDocument, read_document
from core.config.settings_variables import PREFIX, Variables, read_variables
from core.config.unknown_names import intended_restricting_setting, intended_setting, restricting_settings_in
from core.domain import TranslatableText, mark
from core.domain.errors import SettingsUnusable

_VARIABLE_IGNORED = mark("{variable} has a value that isn't allowed and is ignored. Allowed is: {rule}.")
_VARIABLE_STOPS = mark(
    "Notula doesn't start, because {variable} has a value that isn't allowed. Allowed is: {rule}. "
    "Correct or remove the variable."
)
_VARIABLE_EMPTY = mark("Notula doesn't start, because {variable} is empty. Give it a value or remove the variable.")
_VARIABLE_TWICE = mark(
    "Notula doesn't start, because {variable} is set twice, in capital and in small letters. Remove one of them."
)
_VARIABLE_UNKNOWN = mark("There is no setting for the variable {variable}, so it is ignored.")
_VARIABLE_MISTYPED = mark("There is no setting for the variable {variable}, so it is ignored. Is {meant} meant?")
_VARIABLE_UNKNOWN_STOPS = mark(
    "Notula doesn't start, because there is no setting for the variable {variable}; {meant} may be meant. "
    "Correct or remove the variable."
)
_LINE_IGNORED = mark(
    "Line {line} of {path} is ignored, because {name} has a value that isn't allowed. Allowed is: {rule}."
)
_LINE_STOPS = mark(
    "Notula doesn't start, because {name} in line {line} of {path} has a value that isn't allowed. "
    "Allowed is: {rule}. Correct or remove the line."
)
_LINE_UNKNOWN = mark("Line {line} of {path} is ignored, because there is no setting {name}.")
_LINE_MISTYPED = mark("Line {line} of {path} is ignored, because there is no setting {name}. Is {meant} meant?")
_LINE_UNKNOWN_STOPS = mark(
    "Notula doesn't start, because there is no setting {name}, which line {line} of {path} sets; "
    "{meant} may be meant. Correct or remove the line."
)
_LINE_MISPLACED_STOPS = mark(
    "Notula doesn't start, because {name} in line {line} of {path} belongs to a table that isn't known. "
    "Put it above all tables."
)

_ENTRY_MISPLACED_STOPS = mark(
    "Notula doesn't start, because {name} in line {line} of {path} belongs to the table {table}, where it has no "
    "effect. Put it above all tables."
)


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """The settings, and the problems with which they were read.

    `document` is the file as it was read, None where none was. `variables` are the names of those that win over it, by
    setting.
    """

    settings: Settings
    problems: tuple[TranslatableText, ...] = ()
    document: SettingsDocument | None = None
    variables: Mapping[str, str] = field(default_factory=dict)


def load_settings(file: Path, environment: Mapping[str, str] | None = None) -> LoadedSettings:
    """Read the file, of which there need be none, and the variables.

    Raises `SettingsUnusable`, with all that is wrong, where nothing may start with these settings.
    """
    variables = read_variables(os.environ if environment is None else environment)
    reading = _Reading(variables, file)
    try:
        document = read_document(file)
    except SettingsUnusable as error:
        reading.stops.extend(error.problems)
        document = SettingsDocument()
    values = reading.combined(document)
    settings = Settings(**values)
    if reading.stops:
        raise SettingsUnusable((*reading.stops, *reading.told), settings.interface_language)
    names = {setting: variable.name for setting, variable in variables.of_settings.items() if setting in values}
    return LoadedSettings(settings, tuple(reading.told), document, names)


class _Reading:
    """Sorts out which values count, and gathers what is wrong with the others."""

    def __init__(self, variables: Variables, file: Path) -> None:
        self._variables = variables
        self._file = file
        self.stops: list[TranslatableText] = []
        self.told: list[TranslatableText] = []

    def combined(self, document: SettingsDocument) -> dict[str, Any]:
        """The values that are allowed: the environment's where there is one, else the file's."""
        values = self._of_environment()
        for name, value in document.values.items():
            if name not in Settings.model_fields:
                self._check_unknown(document, name, value)
                continue
            value = self._without_wrong_entries(document, name, value)
            wrong = name if is_blank_list(name, value) else wrong_part(name, value)
            if wrong is None:
                values.setdefault(name, value)
            else:
                # What a variable wins over does no harm as long as there is the variable.
                self._tell_line(document, name, wrong, value, stops=restricts(name) and name not in values)
        return values

    def _without_wrong_entries(self, document: SettingsDocument, name: str, value: Any) -> Any:
        """The value, if it is a table whose entries count one by one, without those that aren't allowed.

        In TOML all that follows the heading of a table belongs to it, so other settings may have come into it.
        """
        for entry in wrong_entries(name, value):
            meant = intended_restricting_setting(entry) if entry not in Settings.model_fields else entry
            if meant is not None and restricts(meant):
                place = {"line": document.line_of(f"{name}.{entry}"), "path": str(self._file)}
                self._add(_ENTRY_MISPLACED_STOPS, {**place, "name": entry, "table": name}, stops=True)
            else:
                self._tell_line(document, name, f"{name}.{entry}", value, stops=False)
            value = {key: one for key, one in value.items() if key != entry}
        return value

    def _of_environment(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, variable in self._variables.of_settings.items():
            if wrong_part(name, variable.value) is None:
                values[name] = variable.value
            else:
                template = _VARIABLE_STOPS if restricts(name) else _VARIABLE_IGNORED
                self._add(
                    template, {"variable": variable.name, "rule": rule_of(name, variable.value)}, stops=restricts(name)
                )
        for name, variable_name in self._variables.empty.items():
            if restricts(name):  # Of all others an empty one counts as none.
                self._add(_VARIABLE_EMPTY, {"variable": variable_name}, stops=True)
        for variable_name in self._variables.contradictory.values():
            self._add(_VARIABLE_TWICE, {"variable": variable_name}, stops=True)
        for variable_name in self._variables.unknown:
            self._check_unknown_variable(variable_name)
        return values

    def _check_unknown_variable(self, variable: str) -> None:
        name = variable[len(PREFIX) :].lower()
        restricting, meant = intended_restricting_setting(name), intended_setting(name)
        if restricting is not None:
            values = {"variable": variable, "meant": PREFIX + restricting.upper()}
            self._add(_VARIABLE_UNKNOWN_STOPS, values, stops=True)
        elif meant is not None:
            self._add(_VARIABLE_MISTYPED, {"variable": variable, "meant": PREFIX + meant.upper()}, stops=False)
        else:
            self._add(_VARIABLE_UNKNOWN, {"variable": variable}, stops=False)

    def _check_unknown(self, document: SettingsDocument, name: str, value: object) -> None:
        place = {"line": document.line_of(name), "path": str(self._file)}
        restricting, meant = intended_restricting_setting(name), intended_setting(name)
        path, meant_inside = next(restricting_settings_in(value, (name,)), ((), ""))
        if path:
            place["line"] = document.line_of(".".join(path))
            if path[-1] in RESTRICTING:
                self._add(_LINE_MISPLACED_STOPS, {**place, "name": path[-1]}, stops=True)
            else:
                self._add(_LINE_UNKNOWN_STOPS, {**place, "name": ".".join(path), "meant": meant_inside}, stops=True)
        elif restricting is not None:
            self._add(_LINE_UNKNOWN_STOPS, {**place, "name": name, "meant": restricting}, stops=True)
        elif meant is not None:
            self._add(_LINE_MISTYPED, {**place, "name": name, "meant": meant}, stops=False)
        else:
            self._add(_LINE_UNKNOWN, {**place, "name": name}, stops=False)

    def _tell_line(self, document: SettingsDocument, name: str, wrong: str, value: object, *, stops: bool) -> None:
        place = {"line": document.line_of(wrong), "path": str(self._file)}
        template = _LINE_STOPS if stops else _LINE_IGNORED
        self._add(template, {**place, "name": wrong, "rule": rule_of(name, value)}, stops=stops)

    def _add(self, template: str, values: Mapping[str, Any], *, stops: bool) -> None:
        (self.stops if stops else self.told).append(TranslatableText(template, values))
