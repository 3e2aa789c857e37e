"""The table of settings says what the declarations say, and every environment variable that is named exists."""

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from enum import Enum
from typing import Any

from pydantic_core import to_jsonable_python

from core.config import Settings
from core.config.declarations import restricts
from core.domain.provider_settings import ProviderSettings
from core.secrets.environment import EnvironmentKeys
from tests.unit.documentation.pages import REPOSITORY, Found, code_blocks, code_spans, fail_with

PAGE = "docs/settings.md"
LOCK = "🔒"

_ROW = re.compile(r"\| `(\w+)`( 🔒)? \| `(\w+)` \| (.+?) \| .* \|")
_FOLDER_VARIABLES = {f"NOTULA_{name}_DIR" for name in ("CONFIG", "DATA", "CACHE", "LOG")}


def test_the_table_of_settings_is_that_of_the_declarations() -> None:
    rows = {match[1]: match for match in _rows()}
    problems = [
        f"{PAGE} has no row for the setting `{name}`. Add it to the table." for name in _names() if name not in rows
    ]
    for name, (_, lock, variable, default) in ((name, match.groups()) for name, match in rows.items()):
        row = f"{PAGE}: the row of the setting `{name}`"
        if name not in _names():
            problems.append(f"{row} is of a setting that doesn't exist. Take it out, or write the name as it is now.")
            continue
        if variable != f"NOTULA_{name.upper()}":
            problems.append(f"{row} names the variable `{variable}`. Write `NOTULA_{name.upper()}`.")
        if bool(lock) != restricts(name):
            problems.append(f"{row}: {'add' if restricts(name) else 'take away'} the {LOCK} of settings that restrict.")
        if default != _default(name):
            problems.append(f"{row} has the default {default}. Write {_default(name)}.")
    fail_with(problems)


def test_every_setting_in_an_example_exists() -> None:
    provider_fields = {field.name for field in fields(ProviderSettings)}
    problems = []
    for block in code_blocks():
        if block.language != "toml":
            continue
        values = tomllib.loads(block.text)
        problems += [
            f"{block.page}:{block.line} sets `{name}`, which is no setting. Write it as it is now."
            for name in values
            if name not in _names()
        ]
        for service in values.get("services", {}).values():
            problems += [
                f"{block.page}:{block.line} sets `{name}` of a provider, which doesn't exist. Write it as it is now."
                for name in service
                if name not in provider_fields
            ]
    for span in code_spans():
        match = re.match(r"([a-z]+(?:_[a-z0-9]+)*) = ", span.text)
        if match and match[1] not in _names():
            problems.append(f"{span}, which is no setting. Write it as it is now.")
    fail_with(problems)


def test_every_environment_variable_exists() -> None:
    fail_with(
        f"{found}, which no setting, folder or key has. Write the variable as it is now."
        for found in _variables()
        if not _is_variable(found.text)
    )


def test_every_environment_variable_of_a_folder_or_key_is_named() -> None:
    named = {found.text for found in _variables()}
    wanted = {*_FOLDER_VARIABLES, "NOTULA_GROQ_KEY", "NOTULA_DEEPGRAM_KEY", "NOTULA_TELEGRAM_KEY"}
    wanted |= {"NOTULA_TELEGRAM_API_KEY", "NOTULA_GROQ_KEY_FILE"}
    fail_with(f"No page names the environment variable `{name}`." for name in sorted(wanted - named))


def _names() -> tuple[str, ...]:
    return tuple(Settings.model_fields)


def _rows() -> Iterator[re.Match[str]]:
    for line in (REPOSITORY / PAGE).read_text(encoding="utf-8").splitlines():
        if (match := _ROW.fullmatch(line)) and match[3].startswith("NOTULA_"):
            yield match


def _default(name: str) -> str:
    """A default as the table writes it."""
    default: Any = Settings.model_fields[name].get_default(call_default_factory=True)
    if default in ("", {}):
        return "none"
    if isinstance(default, str) and not isinstance(default, Enum):
        return f"`{default}`"
    plain = to_jsonable_python(default)
    return f"`{plain if isinstance(plain, str) else json.dumps(plain)}`"


def _variables() -> Iterator[Found]:
    for span in code_spans():
        for match in re.finditer(r"NOTULA_[A-Z0-9_]+", span.text):
            yield Found(span.page, span.line, match[0])
    for block in code_blocks():
        for match in re.finditer(r"NOTULA_[A-Z0-9_]+", block.text):
            yield Found(block.page, block.line, match[0])


def _is_variable(name: str) -> bool:
    if name in _FOLDER_VARIABLES or EnvironmentKeys({name: "key"}).names():
        return True
    return name.removeprefix("NOTULA_").lower() in _names()
