"""The notices that send people to a place in the window, and which place that is.

Errors name theirs themselves: `NotulaError.page`.
"""

from collections.abc import Mapping

from core.domain.translatable_text import mark
from core.domain.window_page import WindowPage

RECORDING_STOPPED = mark(
    "A mistake of Notula's own has stopped a recording. It is marked as failed; choose it and press Retry."
)
BUDGET_WANTED = mark(
    "Everybody may use the bot, and there is no monthly budget: until you set one under Settings, "
    "what costs money is used for you alone."
)
SPEAKERS_NEED_MODEL = mark(
    "Speakers weren't told apart: that needs a model (34 MB) that isn't on this computer yet. Get it in the settings "
    "under Models on this computer, or with: notula models download voices"
)
SPEAKERS_IN_PARTS = mark(
    "This recording was transcribed in {parts} parts, and its speakers were numbered anew in each, so one person may "
    "have several numbers. The model that tells voices apart on this computer (34 MB) unites them. Get it in the "
    "settings under Models on this computer, or with: notula models download voices"
)

FOLDER_MISSING = mark(
    "The watched folder {folder} can't be found. Connect its drive, or choose another folder in the settings. "
    "It is watched again as soon as it is back."
)
FOLDER_CLOSED = mark(
    "The watched folder {folder} may not be read. Allow your account to read it, or choose another folder in the "
    "settings."
)
FOLDER_HANGING = mark(
    "The drive of the watched folder {folder} doesn't answer. Check its connection; watching goes on as soon as it "
    "answers."
)
FOLDER_WITHOUT_PROVIDER = mark(
    "Recordings in the watched folder {folder} are to be transcribed by {provider}, which isn't in use, and wait. "
    "Add it under Providers & keys, or choose other options for the folder."
)
FILE_CLOSED = mark(
    "{name} in the watched folder {folder} can't be opened. Allow your account to read it. It is tried again."
)

PAGE_OF_NOTICE: Mapping[str, WindowPage] = {
    RECORDING_STOPPED: WindowPage.QUEUE,
    BUDGET_WANTED: WindowPage.BUDGET,
    SPEAKERS_NEED_MODEL: WindowPage.MODELS,
    SPEAKERS_IN_PARTS: WindowPage.MODELS,
    FOLDER_MISSING: WindowPage.WATCHING,
    FOLDER_CLOSED: WindowPage.WATCHING,
    FOLDER_HANGING: WindowPage.WATCHING,
    FOLDER_WITHOUT_PROVIDER: WindowPage.WATCHING,
    FILE_CLOSED: WindowPage.WATCHING,
}
"""By the English template: all that is stored of a notice."""
