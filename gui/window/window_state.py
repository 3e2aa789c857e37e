"""The window's state from one start to the next: position, size, splitters, open page."""

import asyncio
import json
import logging
import os
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from core.system.private_files import make_folder, open_for_owner
from gui.kept_values import MOST_PIXELS, whole_number, whole_numbers
from gui.window.sidebar import SidebarFolding

T = TypeVar("T")

logger = logging.getLogger(__name__)

MOST_BYTES = 64 * 1024
"""A larger state file was not written by Notula."""

_NUMBERED_PAGES = ("queue", "history", "providers", "settings", "help")
"""The pages in the order in which state files numbered them until there were names."""

_RENAMED_PAGES = {"about": "help"}
"""Present names of pages by those of earlier state files."""


@dataclass(frozen=True, slots=True)
class WindowState:
    """Lengths are in Qt's device-independent pixels, as they were when the state was kept.

    None and empty mean that nothing was kept. Whether it fits the screen that is there now is not checked here.
    """

    place: tuple[int, int, int, int] | None = None
    """Left and top of the frame, width and height of the inside."""

    is_maximized: bool = False
    page: str = ""
    """The name of the page that was open."""

    splitters: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Sizes by the page's name."""

    pages: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """What each page has saved, by the page's name. Each page checks its own values."""

    told_of_tray: bool = False
    """Whether a person knows that closing the window leaves Notula running."""

    sidebar: SidebarFolding = field(default_factory=SidebarFolding)


class WindowStateFile:
    """Where the state is kept. Threads write it, one after the other, and what was kept last is what stays."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._latest = WindowState()
        self._writing = threading.Lock()

    def load(self) -> WindowState:
        """The saved state. Never raises."""
        return load_state(self._file)

    async def save(self, state: WindowState) -> None:
        """Save the state as `save_state` does, also where this is cancelled once it has begun."""
        self._latest = state
        await asyncio.to_thread(self._write)

    def _write(self) -> None:
        with self._writing:
            save_state(self._latest, self._file)


def load_state(file: Path) -> WindowState:
    """The saved state. Damaged and missing values are those of the first start. Never raises."""
    try:
        with file.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
        kept = json.loads(content) if len(content) <= MOST_BYTES else None
    except FileNotFoundError:
        return WindowState()
    except (OSError, ValueError, RecursionError) as error:
        logger.warning("The window's state can't be read, so its defaults are used: %s", type(error).__name__)
        return WindowState()
    if not isinstance(kept, dict):
        return WindowState()
    place = whole_numbers(kept.get("place"), least=-MOST_PIXELS)
    splitters = kept.get("splitters")
    return WindowState(
        place=(place[0], place[1], place[2], place[3]) if len(place) == 4 and min(place[2:]) > 0 else None,
        is_maximized=kept.get("is_maximized") is True,
        page=_page_name(kept.get("page")),
        splitters=_renamed({name: sizes for name, value in splitters.items() if (sizes := whole_numbers(value))})
        if isinstance(splitters, dict)
        else {},
        pages=_pages(kept),
        told_of_tray=kept.get("told_of_tray") is True,
        sidebar=_folding(kept.get("sidebar")),
    )


def save_state(state: WindowState, file: Path) -> None:
    """Save the state, readable for this user alone. Where the disk refuses, that is logged and nothing else happens."""
    draft = file.with_name(f"{file.name}.{os.getpid()}.new")
    try:
        make_folder(file.parent)
        draft.unlink(missing_ok=True)
        with open(draft, "x", encoding="utf-8", opener=open_for_owner) as stream:
            json.dump(asdict(state), stream)
        draft.replace(file)
    except (OSError, ValueError) as error:
        logger.warning("The window's state can't be saved: %s", error)
        draft.unlink(missing_ok=True)


def _folding(value: object) -> SidebarFolding:
    if not isinstance(value, dict):
        return SidebarFolding()
    return SidebarFolding(value.get("wide") is True, value.get("narrow") is not False)


def _page_name(value: object) -> str:
    number = whole_number(value)
    if number is not None:
        return _NUMBERED_PAGES[number] if number < len(_NUMBERED_PAGES) else ""
    return _RENAMED_PAGES.get(value, value) if isinstance(value, str) else ""


def _renamed(by_page: Mapping[str, T]) -> dict[str, T]:
    """The same by the present names of the pages."""
    return {_RENAMED_PAGES.get(name, name): value for name, value in by_page.items()}


def _pages(kept: Mapping[str, Any]) -> dict[str, dict[str, object]]:
    """What the pages have saved. Earlier files have the queue's values among the window's."""
    saved = kept.get("pages")
    if isinstance(saved, dict):
        return _renamed({name: values for name, values in saved.items() if isinstance(values, dict)})
    return {"queue": {"last_folder": kept["last_folder"]}} if "last_folder" in kept else {}
