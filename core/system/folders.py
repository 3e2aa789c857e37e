"""The folders for settings, data, cache and log."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import platformdirs

APPLICATION = "notula"


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders for settings, data, cache and log.

    Each can be moved with a variable: NOTULA_CONFIG_DIR, NOTULA_DATA_DIR, NOTULA_CACHE_DIR, NOTULA_LOG_DIR.
    """

    config: Path
    data: Path
    cache: Path
    log: Path

    @classmethod
    def of_this_user(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """The platform's folders, or those that the environment names."""
        directories = platformdirs.PlatformDirs(APPLICATION, appauthor=False)

        def chosen(variable: str, otherwise: str) -> Path:
            return Path(environment.get(variable) or otherwise).expanduser().absolute()

        return cls(
            config=chosen("NOTULA_CONFIG_DIR", directories.user_config_dir),
            data=chosen("NOTULA_DATA_DIR", directories.user_data_dir),
            cache=chosen("NOTULA_CACHE_DIR", directories.user_cache_dir),
            log=chosen("NOTULA_LOG_DIR", directories.user_log_dir),
        )

    @property
    def all(self) -> tuple[Path, ...]:
        """The four of them."""
        return self.config, self.data, self.cache, self.log

    @property
    def settings_file(self) -> Path:
        """The TOML file with the settings."""
        return self.config / "settings.toml"

    @property
    def database(self) -> Path:
        """History, journal and cache."""
        return self.data / "notula.db"

    @property
    def voices(self) -> Path:
        """The voices that a person has had remembered."""
        return self.data / "voices.json"

    @property
    def recordings(self) -> Path:
        """The sound of what was recorded in the window."""
        return self.data / "recordings"

    @property
    def key_file(self) -> Path:
        """Keys that a passphrase encrypts, on a system without a keyring."""
        return self.data / "keys.json"

    @property
    def instances(self) -> Path:
        """Lock and crash files of the processes that use this data."""
        return self.data / "instances"

    @property
    def watching_lock(self) -> Path:
        """The lock of the Notula that watches folders: one on a data folder."""
        return self.data / "watching.lock"

    @property
    def telegram_sessions(self) -> Path:
        """The bot's MTProto sessions, on a system without a keyring."""
        return self.data / "telegram-sessions"

    @property
    def models(self) -> Path:
        """Whisper models that were downloaded."""
        return self.cache / "models"

    @property
    def playback(self) -> Path:
        """Decoded sound of the recordings that were listened to."""
        return self.cache / "playback"
