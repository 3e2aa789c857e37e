"""What the window keeps from one start to the next: its place, its dividers, its page."""

import json
import logging
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from core.system.private_files import make_folder, open_for_owner

logger = logging.getLogger(__name__)

MOST_BYTES = 64 * 1024
"""A state file that is larger was not written by Notula."""

MOST_PIXELS = 100_000
"""No screen has more in any direction; what is beyond is damage."""


@dataclass(frozen=True, slots=True)
class WindowState:
    """Lengths are in Qt's device-independent pixels, as they were when the state was kept.

    None and empty mean that nothing was kept. Whether it fits the screen that is there now is not checked here.
    """

    place: tuple[int, int, int, int] | None = None
    """Left and top of the frame, width and height of the inside."""

    is_maximized: bool = False
    page: int = 0
    splitters: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Sizes by the page's name."""

    state_column: int = 0
    """Width of the queue's column with the states; 0 where it follows the window."""

    last_folder: str = ""
    """Where recordings were chosen last."""

    told_of_tray: bool = False
    """Whether a person knows that closing the window leaves Notula running."""


def load_state(file: Path) -> WindowState:
    """The state as it was kept. What is damaged, or isn't there, is as at the first start. Never raises."""
    try:
        with file.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
        kept = json.loads(content) if len(content) <= MOST_BYTES else None
    except FileNotFoundError:
        return WindowState()
    except (OSError, ValueError, RecursionError) as error:
        logger.warning("The window's state can't be read, so it starts as at first: %s", type(error).__name__)
        return WindowState()
    if not isinstance(kept, dict):
        return WindowState()
    place = _lengths(kept.get("place"), least=-MOST_PIXELS)
    splitters = kept.get("splitters")
    folder = kept.get("last_folder")
    return WindowState(
        place=(place[0], place[1], place[2], place[3]) if len(place) == 4 and min(place[2:]) > 0 else None,
        is_maximized=kept.get("is_maximized") is True,
        page=_length(kept.get("page")) or 0,
        splitters={name: sizes for name, value in splitters.items() if (sizes := _lengths(value))}
        if isinstance(splitters, dict)
        else {},
        state_column=_length(kept.get("state_column")) or 0,
        last_folder=folder if isinstance(folder, str) and "\0" not in folder else "",
        told_of_tray=kept.get("told_of_tray") is True,
    )


def save_state(state: WindowState, file: Path) -> None:
    """Keep the state, readable for this user alone. A disk that refuses costs the state and nothing else."""
    draft = file.with_name(f"{file.name}.{os.getpid()}.new")
    try:
        make_folder(file.parent)
        draft.unlink(missing_ok=True)
        with open(draft, "x", encoding="utf-8", opener=open_for_owner) as stream:
            json.dump(asdict(state), stream)
        draft.replace(file)
    except (OSError, ValueError) as error:
        logger.warning("The window's state can't be kept: %s", error)
        draft.unlink(missing_ok=True)


def _length(value: Any, least: int = 0) -> int | None:
    """A whole number of pixels within bounds, None for anything else; true and false are no numbers here."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and least <= value <= MOST_PIXELS else None


def _lengths(value: Any, least: int = 0) -> tuple[int, ...]:
    """Numbers of pixels; empty where one of them is none."""
    if not isinstance(value, list):
        return ()
    found = [_length(one, least) for one in value]
    return tuple(one for one in found if one is not None) if None not in found else ()
