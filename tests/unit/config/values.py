"""A value that is allowed and one that isn't for each setting, as a variable and as a line of the file have them."""

from dataclasses import dataclass

from core.config import Settings


@dataclass(frozen=True)
class Written:
    """`good` and `bad` are TOML; the variable holds `variable`, which means the same as `good`, or `bad_variable`."""

    good: str
    bad: str
    variable: str
    bad_variable: str


_WORD = '"{}"'


def _same(good: str, bad: str) -> Written:
    return Written(good, bad, good, bad)


def _text(good: str, bad: str) -> Written:
    return Written(f'"{good}"', f'"{bad}"', good, bad)


def _list(good: list[str], bad: str) -> Written:
    listed = ", ".join(f'"{one}"' for one in good)
    return Written(f"[{listed}]", f'["{bad}"]', ",".join(good), bad)


VALUES = {
    "interface_language": _text("id", "klingon"),
    "theme": _text("dark", "pink"),
    "model": _text("base", "../../etc/passwd"),
    "providers": _list(["on-device"], "on device"),
    "services": Written(
        '{ home = { base_url = "http://home:8000/v1", model = "small" } }',
        '{ home = { base_url = "ftp://home" } }',
        '{"home": {"base_url": "http://home:8000/v1", "model": "small"}}',
        '{"home":{',
    ),
    "profile": _text("work", "My Keys"),
    "hedge": _same("true", "perhaps"),
    "monthly_budget": _same("5.5", "nan"),
    "unsafe_keyring": _same("true", "perhaps"),
    "language": _text("Bahasa Indonesia", "klingon"),
    "workers": _same("7", "two"),
    "queue_paused": _same("true", "perhaps"),
    "stay_awake": _same("true", "perhaps"),
    "beam_size": _same("3", "0"),
    "word_timestamps": _same("true", "perhaps"),
    "vocabulary": Written('["Jakarta"]', "[1]", "Jakarta", "[1]"),
    "speakers": _same("true", "perhaps"),
    "people": _same("3", "11"),
    "to_english": _same("true", "perhaps"),
    "chunks_at_once": _same("4", "65"),
    "longest_hours": _same("0.25", "0"),
    "shutdown_grace_s": _same("60.5", "-1"),
    "cache_days": _same("0.125", "inf"),
    "records_days": _same("30.5", "-1"),
    "cache_megabytes": _same("20", "many"),
    "cache_shared": _same("false", "perhaps"),
    "user_minutes_per_day": _same("30", "-1"),
    "user_requests_per_minute": _same("2", "0"),
    "all_requests_per_minute": _same("20", "0"),
    "user_running": _same("1", "101"),
    "user_waiting": _same("2", "2.5"),
    "engine_idle_minutes": _same("0.5", "never"),
    "export_folder": Written('"/tmp/texts"', "5", "/tmp/texts", ""),
    "export_formats": _list(["md"], "odt"),
    "subtitles": _text("one-line", "huge"),
    "subtitle_line_columns": _same("37", "9"),
    "subtitle_lines": _same("1", "5"),
    "subtitle_shortest_s": _same("0.8", "3"),
    "subtitle_longest_s": _same("6.5", "2"),
    "subtitle_columns_per_second": _same("17.5", "0"),
    "subtitle_gap_s": _same("0.04", "1"),
    "subtitle_at_punctuation": _same("false", "perhaps"),
    "watch_folders": Written(
        '{ "/srv/calls" = { subfolders = false, save_beside = ["txt"], language = "id" } }',
        '{ "/srv/calls" = { provder = "on-device" } }',
        '{"/srv/calls": {"subfolders": false, "save_beside": ["txt"], "language": "id"}}',
        "calls",
    ),
    "watch_paused": _same("true", "perhaps"),
    "saved_profiles": Written(
        '{ Lectures = { language = "id", speakers = true } }',
        "{ Lectures = { monthly_budget = 0.0 } }",
        '{"Lectures": {"language": "id", "speakers": true}}',
        '{"Lectures": {"language": "klingon"}}',
    ),
    "shortcuts": Written(
        '{ queue_pause = ["F6", "Ctrl+Alt+P"] }',
        '{ queue_pause = "Ctrl+" }',
        '{"queue_pause": ["F6", "Ctrl+Alt+P"]}',
        '{"queue_pause":',
    ),
    "notifications": _same("false", "perhaps"),
    "close_to_tray": _same("false", "perhaps"),
    "bot_enabled": _same("true", "perhaps"),
    "bot_owner": _same("4711", "-1"),
    "bot_audience": _text("nobody", "friends"),
    "bot_error_reports": _same("false", "perhaps"),
    "bot_transport": _text("webhook", "pigeon"),
    "bot_server": _text("http://127.0.0.1:8081", "127.0.0.1:8081"),
    "bot_server_files": _same("true", "perhaps"),
    "webhook_url": _text("https://bot.example.org", "bot.example.org"),
    "webhook_listen": _text("127.0.0.1:9000", "9000"),
    "webhook_proxies": _list(["10.0.0.1", "::1"], "proxy"),
    "webhook_networks": _list(["10.0.0.0/8", "127.0.0.1"], "10.0.0.0/33"),
    "webhook_certificate": Written('"/etc/cert.pem"', "5", "/etc/cert.pem", ""),
    "webhook_key": Written('"/etc/key.pem"', "5", "/etc/key.pem", ""),
    "webhook_self_signed": _same("true", "perhaps"),
}
"""For every setting; a text of any kind is wrong in the file only where it is none, and in a variable never."""


def bad_line(name: str) -> str:
    """A line of the file that isn't allowed. Words are quoted, for else the whole file couldn't be understood."""
    bad = VALUES[name].bad
    is_toml = bad[0] in "\"'[{-+0123456789" or bad in ("nan", "inf")
    return f"{name} = {bad if is_toml else _WORD.format(bad)}"


def good_line(name: str) -> str:
    """A line of the file that is allowed."""
    return f"{name} = {VALUES[name].good}"


def variable(name: str) -> str:
    """The name of a setting's variable."""
    return f"NOTULA_{name.upper()}"


NAMES = tuple(Settings.model_fields)
