"""Watched folders in words."""

from collections.abc import Sequence

from core.domain.watching import WatchCondition, WatchedFolder
from core.i18n import Translator


def state_of(folder: WatchedFolder, tr: Translator) -> str:
    """How its watching is doing, and what to do where something is wrong."""
    if folder.condition is WatchCondition.WATCHING:
        if folder.unreadable:
            return tr.plural(
                "{count} file can't be opened: allow your account to read it",
                "{count} files can't be opened: allow your account to read them",
                folder.unreadable,
            )
        if folder.waiting:
            return tr.plural("Watching; {count} recording found", "Watching; {count} recordings found", folder.waiting)
    return {
        WatchCondition.STARTING: tr("Being looked into"),
        WatchCondition.WATCHING: tr("Watching"),
        WatchCondition.PAUSED: tr("Paused"),
        WatchCondition.ELSEWHERE: tr("Another Notula on this computer watches it"),
        WatchCondition.MISSING: tr("It can't be found: connect its drive"),
        WatchCondition.CLOSED: tr("It may not be read: allow your account to read it"),
        WatchCondition.HANGING: tr("Its drive doesn't answer: check the connection"),
        WatchCondition.NO_PROVIDER: tr("Waiting: its provider isn't in use; choose other options"),
    }[folder.condition]


def has_trouble(folder: WatchedFolder) -> bool:
    """Whether a person has to do something, so that recordings of it are transcribed."""
    return folder.condition.is_trouble or folder.unreadable > 0


def summary_of(folders: Sequence[WatchedFolder], tr: Translator) -> str:
    """How all are doing, in one line; empty where there are none."""
    if not folders:
        return ""
    troubled = sum(map(has_trouble, folders))
    if troubled:
        return tr.plural("{count} watched folder needs you", "{count} watched folders need you", troubled)
    if all(folder.condition is WatchCondition.PAUSED for folder in folders):
        return tr("Watching of folders is paused")
    return tr.plural("Watching {count} folder", "Watching {count} folders", len(folders))
