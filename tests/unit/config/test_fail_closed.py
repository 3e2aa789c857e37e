"""No setting is ever replaced by something more permissive because it, or another one, is written wrongly."""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from core.config import Settings, load_settings
from core.config.declarations import RESTRICTING, extra_of, rule_of
from core.domain.errors import SettingsUnusable
from tests.unit.config.values import NAMES, VALUES, bad_line, good_line, variable

OTHERS = tuple(name for name in NAMES if name not in RESTRICTING)
BAD_BY_VARIABLE = tuple(name for name in NAMES if VALUES[name].bad_variable)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def refusal(file: Path, environment: Mapping[str, str]) -> list[str]:
    """The sentences of a start that is refused."""
    with pytest.raises(SettingsUnusable) as raised:
        load_settings(file, environment)
    return [str(problem) for problem in raised.value.problems]


def told(file: Path, environment: Mapping[str, str]) -> tuple[Settings, list[str]]:
    loaded = load_settings(file, environment)
    return loaded.settings, [str(problem) for problem in loaded.problems]


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_says_whether_it_restricts_and_what_is_allowed(name: str) -> None:
    assert extra_of(Settings.model_fields[name]).get("restricts") in (True, False)
    assert str(rule_of(name))
    assert name in VALUES


def test_what_restricts() -> None:
    """A setting is taken from this list by thinking, not by accident."""
    assert set(RESTRICTING) == {
        *(name for name in NAMES if name.startswith(("bot_", "webhook_", "user_", "all_", "cache_"))),
        *(
            "providers",
            "services",
            "profile",
            "hedge",
            "monthly_budget",
            "unsafe_keyring",
            "longest_hours",
            "records_days",
            "watch_folders",
            "watch_paused",
        ),
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_setting_is_what_its_variable_or_its_line_says_whatever_else_is_wrong(name: str, file: Path) -> None:
    expected = getattr(Settings.model_validate({name: _value_of(name, file)}), name)
    for other in OTHERS:
        if other == name:
            continue
        file.write_text(f"{bad_line(other)}\n{good_line(name)}\n")
        settings, sentences = told(file, {})
        assert getattr(settings, name) == expected
        assert getattr(settings, other) == Settings.model_fields[other].get_default(call_default_factory=True)
        assert len(sentences) == 1
        assert other in sentences[0]

        file.write_text(f"{good_line(name)}\n")
        settings, sentences = told(file, {variable(other): VALUES[other].bad_variable})
        assert getattr(settings, name) == expected
        assert [variable(other) in sentence for sentence in sentences] == [True] * bool(VALUES[other].bad_variable)

        file.write_text(f"{bad_line(other)}\n")
        settings, _ = told(file, {variable(name): VALUES[name].variable, variable(other): VALUES[other].bad_variable})
        assert getattr(settings, name) == expected


@pytest.mark.parametrize("name", RESTRICTING)
def test_nothing_starts_with_a_wrong_value_of_what_restricts(name: str, file: Path) -> None:
    good = {variable(other): VALUES[other].variable for other in NAMES if other != name}
    file.write_text(f"\n{bad_line(name)}\n")
    (sentence,) = refusal(file, good)
    assert f"in line 2 of {file}" in sentence
    assert name in sentence
    if VALUES[name].bad_variable:
        file.write_text(f"{good_line(name)}\n")
        (sentence,) = refusal(file, good | {variable(name): VALUES[name].bad_variable})
        assert variable(name) in sentence
        assert VALUES[name].bad_variable not in sentence.split()


@pytest.mark.parametrize("name", RESTRICTING)
def test_a_good_variable_makes_up_for_a_wrong_line(name: str, file: Path) -> None:
    file.write_text(f"{bad_line(name)}\n")
    settings, (sentence,) = told(file, {variable(name): VALUES[name].variable})
    assert getattr(settings, name) != Settings.model_fields[name].get_default(call_default_factory=True)
    assert name in sentence


def test_all_that_is_wrong_is_named_at_once(file: Path) -> None:
    file.write_text("\n".join(map(bad_line, NAMES)))
    sentences = refusal(file, {variable(name): VALUES[name].bad_variable for name in BAD_BY_VARIABLE})
    for name in NAMES:
        assert any(f" {name} " in sentence or f" {name}." in sentence for sentence in sentences), name
    for name in BAD_BY_VARIABLE:
        assert any(variable(name) in sentence for sentence in sentences), name


def test_a_bad_variable_leaves_what_the_file_says(file: Path) -> None:
    file.write_text('workers = 3\ntheme = "dark"\nproviders = ["on-device"]\n')
    settings, (sentence,) = told(file, {"NOTULA_WORKERS": "two"})
    assert (settings.workers, settings.theme, settings.providers) == (3, "dark", ("on-device",))
    assert "a whole number from 1 to 32" in sentence


@pytest.mark.parametrize("name", ["webhook_networks", "webhook_proxies"])
@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("127.0.0.1", ("127.0.0.1",)),
        ("10.0.0.0/8, fd00::/8", ("10.0.0.0/8", "fd00::/8")),
        ('["10.0.0.7/8","::1"]', ("10.0.0.7/8", "::1")),
        ("[]", ()),
    ],
)
def test_addresses_in_a_variable_have_commas_or_are_a_list(
    name: str, text: str, meant: tuple[str, ...], file: Path
) -> None:
    assert getattr(load_settings(file, {variable(name): text}).settings, name) == meant


@pytest.mark.parametrize("text", ["", " ", ",", ", ,", '"on-device"', "on-device;groq", "[on-device]", "groq,groq"])
def test_an_order_of_providers_that_names_nobody_is_not_the_automatic_one(text: str, file: Path) -> None:
    assert "NOTULA_PROVIDERS" in refusal(file, {"NOTULA_PROVIDERS": text})[0]


def test_an_empty_variable_of_what_restricts_nothing_counts_as_none(file: Path) -> None:
    file.write_text("workers = 3\n")
    settings, sentences = told(file, {"NOTULA_WORKERS": "", "NOTULA_MODEL": " "})
    assert (settings.workers, settings.model, sentences) == (3, "auto", [])


def test_small_letters_are_as_good_as_capitals_but_both_at_once_are_not(file: Path) -> None:
    assert load_settings(file, {"notula_providers": "on-device"}).settings.providers == ("on-device",)
    both = {"notula_providers": "groq", "NOTULA_PROVIDERS": "on-device"}
    assert "set twice" in refusal(file, both)[0]
    assert not told(file, {"notula_workers": "3", "NOTULA_WORKERS": "3"})[1]


@pytest.mark.parametrize(
    "name",
    [
        "NOTULA_PROVIDER",
        "NOTULA_PROVDIERS",
        "NOTULA_MONTLY_BUDGET",
        "NOTULA_BUDGET",
        "NOTULA_BOT_ADIENCE",
        "NOTULA_AUDIENCE",
        "NOTULA_OWNER",
        "NOTULA_CACHE_SHARE",
        "NOTULA_LONGEST_HOUR",
        "NOTULA_SERVICE",
        "NOTULA_WEBHOOK_PORT",
        "NOTULA_USER_WAITNG",
        "NOTULA_OFFLINE",
        "NOTULA_LOCAL_ONLY",
        "NOTULA_ALLOWED_USERS",
        "NOTULA_USER_LIMIT",
        "notula_provider",
        "NOTULA_BUGDET",
        "NOTULA_CLOUD",
        "NOTULA_USE_CLOUD",
        "NOTULA_NO_CLOUD",
        "NOTULA_ENGINE",
        "NOTULA_ON_DEVICE_ONLY",
        "NOTULA_ONDEVICE",
        "NOTULA_QUOTA",
        "NOTULA_SPEND",
        "NOTULA_SPENDING_CAP",
        "NOTULA_WHITELIST",
        "NOTULA_BOT",
        "NOTULA_LIMITS",
    ],
)
def test_a_name_like_one_that_restricts_stops_the_start(name: str, file: Path) -> None:
    assert name in refusal(file, {name: "1"})[0]
    file.write_text(f'workers = 3\n{name[7:].lower()} = ["x"]\n')
    (sentence,) = refusal(file, {})
    assert f"line 2 of {file}" in sentence


@pytest.mark.parametrize("name", ["cost_limit", "max_cost", "costs"])
def test_of_costs_the_budget_is_named(name: str, file: Path) -> None:
    assert "NOTULA_MONTHLY_BUDGET may be meant" in refusal(file, {f"NOTULA_{name.upper()}": "5"})[0]
    file.write_text(f"{name} = 5\n")
    assert "monthly_budget may be meant" in refusal(file, {})[0]


@pytest.mark.parametrize(
    ("text", "name", "meant"),
    [
        ('[bot]\naudience = "nobody"\n', "bot.audience", "bot_audience"),
        ("\nbot.owner = 5\n", "bot.owner", "bot_owner"),
        ("\nbot = { owner = 5 }\n", "bot.owner", "bot_owner"),
        ("[telegram]\nowner = 5\n", "telegram.owner", "bot_owner"),
        ("[a]\nuseCloud = false\n", "a.useCloud", "providers"),
        ('[general]\nprovider = "on-device"\n', "general.provider", "providers"),
        ('[notula]\nProviders = ["on-device"]\n', "notula.Providers", "providers"),
        ("[tool.notula]\nmonthly-budget = 5\n", "tool.notula.monthly-budget", "monthly_budget"),
        ("[user]\nrequests_per_minute = 1\n", "user.requests_per_minute", "user_requests_per_minute"),
        ("[a.user]\nrunning = 1\n", "a.user.running", "user_running"),
        ("[[x]]\ny = { Bot-Audiense = 1 }\n", "x.y.Bot-Audiense", "bot_audience"),
    ],
)
def test_a_name_in_a_table_that_is_not_known_is_matched_as_loosely(
    text: str, name: str, meant: str, file: Path
) -> None:
    file.write_text(text)
    (sentence,) = refusal(file, {})
    assert f"no setting {name}, which line 2 of {file} sets; {meant} may be meant" in sentence


@pytest.mark.parametrize("name", ["providers", "webhook_proxies", "webhook_networks"])
def test_a_blank_text_is_no_list(name: str, file: Path) -> None:
    file.write_text(f'\n{name} = ""\n')
    assert f"{name} in line 2 of {file}" in refusal(file, {})[0]
    file.write_text(f"{name} = []\n")
    assert getattr(load_settings(file, {}).settings, name) == ()


@pytest.mark.parametrize("number", ["1e-400", "0.1E-999", "5e-324000"])
def test_a_number_too_small_is_not_0(number: str, file: Path) -> None:
    assert "NOTULA_MONTHLY_BUDGET" in refusal(file, {"NOTULA_MONTHLY_BUDGET": number})[0]
    services = f'{{"home": {{"price_per_minute": {number}}}}}'
    assert "NOTULA_SERVICES" in refusal(file, {"NOTULA_SERVICES": services})[0]
    for line in (f"monthly_budget = {number}", f"services.home.price_per_minute = {number}"):
        file.write_text(f"{line}\n")
        assert f"line 1 of {file}" in refusal(file, {})[0]
    for zero in ("0", "0.0", "0e5"):
        assert load_settings(file.with_name("none"), {"NOTULA_MONTHLY_BUDGET": zero}).settings == Settings()


def test_capitals_in_a_name_of_a_service_are_told(file: Path) -> None:
    file.write_text('[services.Groq]\nmodel = "x"\n')
    assert "its name in small letters" in refusal(file, {})[0]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("NOTULA_WORKER", "NOTULA_WORKERS"),
        ("NOTULA_COLOUR", ""),
        ("NOTULA_EXPORT", ""),
        ("NOTULA_BOT_TOKEN", ""),
        ("NOTULA_DATADIR", "NOTULA_DATA_DIR"),
        ("NOTULA_MEMORY_LIMIT", ""),
        ("NOTULA_CPU_LIMIT", ""),
        ("NOTULA_MAX_MEMORY", ""),
        ("NOTULA_LOCAL_PATH", ""),
        ("NOTULA_PRIVATE_IP", ""),
        ("NOTULA_ADMIN_EMAIL", ""),
        ("NOTULA_NETWORK", ""),
        ("NOTULA_SERVER_NAME", ""),
        ("NOTULA_BACKUP_SERVER", ""),
        ("NOTULA_CACHE_VOLUME", ""),
        ("NOTULA_KEYRING", ""),
    ],
)
def test_another_unknown_name_is_told(name: str, meant: str, file: Path) -> None:
    file.write_text(f"{name[7:].lower()} = 3\n")
    settings, (of_variable, of_line) = told(file, {name: "3"})
    assert settings == Settings()
    assert name in of_variable
    assert meant in of_variable
    assert f"Line 1 of {file}" in of_line


def test_what_is_ours_or_kubernetes_is_no_unknown_setting(file: Path) -> None:
    names = ["NOTULA_DATA_DIR", "NOTULA_GROQ_KEY", "NOTULA_MY_HOME_KEY_FILE", "NOTULA_SERVICE_HOST"]
    names += ["NOTULA_SERVICE_PORT", "NOTULA_PORT_8443_TCP_ADDR", "NOTULA_BOT_SERVICE_PORT_WEBHOOK"]
    environment = dict.fromkeys(names, "x") | {"NOTULA_PORT": "tcp://10.0.0.1:8443", "NOTULA_UNUSED": ""}
    assert told(file, environment) == (Settings(), [])


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('providers = ["on-device"]\nworkers = = 3\n', 2),
        ('providers = ["on-device"', 1),
        ('providers = ["on-device"]\nmodel = "base\n', 2),
        ('monthly_budget = 5\nproviders = ["on-device"]\nmonthly_budget = 6\n', 3),
        ("bot_owner = " + "9" * 5000 + "\n", 1),
        ("a = " + "[" * 5000, 1),
        ('theme = "dark"\n\n<<<<<<< HEAD\n', 3),
    ],
)
def test_a_file_that_can_not_be_understood_stops_the_start_and_stays(text: str, line: int, file: Path) -> None:
    file.write_text(text)
    for _ in range(2):
        (sentence,) = refusal(file, {})
        assert f"line {line} of {file} can't be understood" in sentence
    assert file.read_text() == text
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("content", [b"", b" \n", b"\xef\xbb\xbf"])
def test_an_empty_file_as_a_power_cut_leaves_it_stops_the_start(content: bytes, file: Path) -> None:
    file.write_bytes(content)
    assert f"{file} is empty" in refusal(file, {})[0]


@pytest.mark.parametrize("content", [b"\xff\xfep\x00", 'theme = "dark"'.encode("utf-16"), b'model = "\xe9"\n'])
def test_text_in_another_encoding_stops_the_start(content: bytes, file: Path) -> None:
    file.write_bytes(content)
    assert "UTF-8" in refusal(file, {})[0]
    assert file.read_bytes() == content


def test_a_byte_order_mark_and_line_ends_of_windows_are_fine(file: Path) -> None:
    file.write_bytes('\ufeffproviders = ["on-device"]\r\nworkers = 3\r\n'.encode())
    assert load_settings(file, {}).settings == Settings(providers=("on-device",), workers=3)


def test_what_can_not_be_read_stops_the_start_and_stays(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text('providers = ["on-device"]\n')

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", refuse)
        (sentence,) = refusal(file, {})
    assert "can't be read: Permission denied" in sentence
    assert load_settings(file, {}).settings.providers == ("on-device",)


@pytest.mark.parametrize("kind", ["folder", "pipe", "large", "link"])
def test_what_is_no_settings_file_stops_the_start(kind: str, file: Path) -> None:
    if kind == "folder":
        file.mkdir()
    elif kind == "pipe":
        os.mkfifo(file)
    elif kind == "link":
        file.symlink_to("nowhere.toml")
    else:
        file.write_bytes(b"#" * 2_000_000)
    assert f"{file} can't be read" in refusal(file, {})[0]


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ('[services.home]\nbase_url = "http://home/v1"\nproviders = ["on-device"]\n', 3, "services.home.providers"),
        ('[services.home]\nbase_url = "http://user:secret@home/v1"\n', 1, "services"),
        ("[services.home]\nprice_per_minute = -1\n", 1, "services"),
        ("[services.home]\nprice_per_minute = true\n", 1, "services"),
        ("[services.home]\nlargest_megabytes = true\n", 1, "services"),
        ("[services.home]\nprice_per_minute = nan\n", 2, "services.home.price_per_minute"),
        ("[services.home]\nmodle = 'x'\n", 2, "services.home.modle"),
        ("[services]\nhome = 5\n", 2, "services.home"),
        ("[[services]]\nhome = 5\n", 1, "services"),
        ('theme = "dark"\n[service.home]\nbase_url = "http://home/v1"\n', 2, "service"),
        ('[window]\ntheme = "dark"\nproviders = ["on-device"]\n', 3, "providers"),
        ('[[x]]\ny = { bot_audience = "nobody" }\n', 2, "bot_audience"),
        ("bot_owner = true\n", 1, "bot_owner"),
        ("monthly_budget = false\n", 1, "monthly_budget"),
        ("bot_owner = 4711-01-01\n", 1, "bot_owner"),
    ],
)
def test_what_is_in_the_wrong_place_or_of_the_wrong_kind_stops_the_start(
    text: str, line: int, word: str, file: Path
) -> None:
    file.write_text(text)
    (sentence,) = refusal(file, {})
    assert f"line {line} of {file}" in sentence
    assert re.search(rf" {re.escape(word)}[ ,]", sentence)
    assert "secret" not in sentence


@pytest.mark.parametrize(
    "text",
    [
        '{"own":{',
        "[]",
        "null",
        "5",
        '{"own": 5}',
        '{"own": {"price_per_minute": NaN}}',
        '{"a": {}, "a": {}}',
        "[" * 5000,
    ],
)
def test_services_that_are_no_table_are_one_sentence(text: str, file: Path) -> None:
    (sentence,) = refusal(file, {"NOTULA_SERVICES": text})
    assert "NOTULA_SERVICES" in sentence


def _value_of(name: str, file: Path) -> object:
    """What the good line of a setting holds."""
    return tomllib.loads(good_line(name))[name]
