"""What pages, and the widgets on them, are given when they are made."""

from dataclasses import dataclass

from core.config import Folders
from core.i18n import Translator
from gui.actions.actions import Actions
from gui.changes import ChangeEvents
from gui.day_change import DayChange
from gui.job_options import ChosenOptions
from gui.messages import Messages
from gui.navigation import Navigation
from gui.operations import Operations
from gui.recording_control import RecordingControl
from gui.runtime.core_thread import CoreThread
from gui.shown_settings import ShownSettings


@dataclass(frozen=True, slots=True)
class PageContext:
    """One a window. A widget that needs a single one of these takes that one instead."""

    core: CoreThread
    operations: Operations
    messages: Messages
    changes: ChangeEvents
    settings: ShownSettings
    folders: Folders
    tr: Translator
    navigation: Navigation
    job_options: ChosenOptions
    actions: Actions
    recording: RecordingControl
    days: DayChange
