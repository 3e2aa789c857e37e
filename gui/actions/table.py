"""The actions of the window. Those that go to its pages follow from `gui.pages.registry`."""

from core.domain import mark
from gui.actions.declaration import ActionDeclaration, ActionPlace

_WINDOW, _TRANSCRIBE, _QUEUE, _HISTORY = (
    ActionPlace.WINDOW,
    ActionPlace.TRANSCRIBE,
    ActionPlace.QUEUE,
    ActionPlace.HISTORY,
)
_READER, _TRANSCRIPT = ActionPlace.READER, ActionPlace.TRANSCRIPT
_BOT = ActionPlace.BOT
_SETTINGS, _PROVIDERS, _MESSAGE = ActionPlace.SETTINGS, ActionPlace.PROVIDERS, ActionPlace.MESSAGE


def _action(
    name: str, text: str, place: ActionPlace, *keys: str, icon: str = "", repeats: bool = False, part: str = ""
) -> ActionDeclaration:
    return ActionDeclaration(name, text, place, keys, icon, repeats, part)


def _fixed(name: str, text: str, place: ActionPlace, *keys: str) -> ActionDeclaration:
    return ActionDeclaration(name, text, place, keys, is_fixed=True)


ACTIONS: tuple[ActionDeclaration, ...] = (
    _action("window_palette", mark("Find anything"), _WINDOW, "Ctrl+K", icon="search"),
    _action("window_keys", mark("Show all keys"), _WINDOW, "F1"),
    _action("window_sidebar", mark("Fold or unfold the sidebar"), _WINDOW, "Ctrl+B"),
    _action("window_paste", mark("Paste copied files or a web address"), _WINDOW, "Ctrl+V", "Shift+Ins"),
    _action("window_quit", mark("Quit"), _WINDOW, "Ctrl+Q"),
    _fixed("window_press", mark("Press the button"), _WINDOW, "Return", "Space"),
    _fixed("window_next", mark("Next or previous control"), _WINDOW, "Tab", "Shift+Tab"),
    _action("transcribe_add", mark("Add recordings …"), _TRANSCRIBE, "Ctrl+O", icon="open"),
    _action("transcribe_folder", mark("Add a folder …"), _TRANSCRIBE, "Ctrl+Shift+O", icon="open"),
    _action("transcribe_address", mark("Add a web address …"), _TRANSCRIBE, icon="web"),
    _action("transcribe_record", mark("Record, or stop and transcribe"), _TRANSCRIBE, "Ctrl+Shift+R", icon="record"),
    _action(
        "transcribe_record_pause", mark("Pause the recording, or go on"), _TRANSCRIBE, "Ctrl+Shift+P", icon="pause"
    ),
    _action("queue_add", mark("Add recordings …"), _QUEUE, "Ctrl+O", icon="open"),
    _action("queue_folder", mark("Add a folder …"), _QUEUE, "Ctrl+Shift+O", icon="open"),
    _action("queue_address", mark("Add a web address …"), _QUEUE, icon="web"),
    _action("queue_pause", mark("Pause or resume"), _QUEUE, "Ctrl+Shift+P", icon="pause"),
    _action("queue_retry_failed", mark("Retry all that failed"), _QUEUE, icon="retry"),
    _action("queue_clear_done", mark("Clear what is done"), _QUEUE, icon="remove"),
    _action("queue_open", mark("Open the transcript"), _QUEUE, "Ctrl+Return", icon="edit"),
    _fixed("queue_open_row", mark("Open the transcript that is selected"), _QUEUE, "Return"),
    _fixed("queue_select_all", mark("Select all that is listed"), _QUEUE, "Ctrl+A"),
    _action("queue_copy", mark("Copy the text"), _QUEUE, icon="copy"),
    _action("queue_show_folder", mark("Show in its folder"), _QUEUE, icon="open"),
    _action("queue_cancel", mark("Cancel"), _QUEUE, "Ctrl+.", icon="cancel"),
    _action("queue_retry", mark("Retry"), _QUEUE, "Ctrl+R", icon="retry"),
    _action("queue_again", mark("Transcribe again"), _QUEUE, "Ctrl+Shift+R", icon="retry"),
    _action("queue_track", mark("Transcribe another track …"), _QUEUE, "Ctrl+Shift+T", icon="retry"),
    _action("queue_find_file", mark("Find file …"), _QUEUE, icon="search"),
    _action("queue_export_again", mark("Export again"), _QUEUE, "Ctrl+Shift+E", icon="export"),
    _action("queue_remove", mark("Remove"), _QUEUE, "Del", icon="remove"),
    _action("queue_search", mark("Search the queue by name"), _QUEUE, "Ctrl+Shift+F", icon="search"),
    _action("queue_text", mark("Show or hide the text below the list"), _QUEUE, "F4", icon="text-below"),
    _action("queue_earlier", mark("Begin earlier"), _QUEUE, "Alt+Up", icon="previous", repeats=True),
    _action("queue_later", mark("Begin later"), _QUEUE, "Alt+Down", icon="next", repeats=True),
    _action("queue_first", mark("Begin first"), _QUEUE, "Alt+Home", icon="first"),
    _action("queue_last", mark("Begin last"), _QUEUE, "Alt+End", icon="last"),
    _action("history_search", mark("Search the library"), _HISTORY, "Ctrl+Shift+F", icon="search"),
    _action("history_open", mark("Open the transcript"), _HISTORY, "Ctrl+Return", icon="edit"),
    _fixed("history_open_row", mark("Open the transcript that is selected"), _HISTORY, "Return"),
    _action("history_select_all", mark("Select all that was found"), _HISTORY, "Ctrl+A"),
    _action("history_import", mark("Import transcripts …"), _HISTORY, icon="open"),
    _action("history_delete", mark("Delete for good …"), _HISTORY, "Del", icon="remove"),
    _action("reader_find", mark("Search in the text"), _READER, "Ctrl+F", icon="search"),
    _action("reader_find_next", mark("Next place"), _READER, "F3", "Ctrl+G", icon="next", repeats=True),
    _action(
        "reader_find_previous",
        mark("Previous place"),
        _READER,
        "Shift+F3",
        "Ctrl+Shift+G",
        icon="previous",
        repeats=True,
    ),
    _action("reader_speakers", mark("Name the speakers"), _READER, "F2", icon="speakers"),
    _action("reader_edit", mark("Correct the text on a page of its own"), _READER, "Ctrl+E", icon="edit"),
    _action("reader_copy_with_times", mark("Copy with times"), _READER, "Ctrl+Shift+C", icon="copy"),
    _action("transcript_back", mark("Back to the page before"), _TRANSCRIPT, "Alt+Left", icon="back"),
    _action("transcript_rename", mark("Rename the transcript"), _TRANSCRIPT, "Shift+F2", icon="edit"),
    _action("transcript_find", mark("Find and replace"), _TRANSCRIPT, "Ctrl+F", "Ctrl+H", icon="search"),
    _action("transcript_find_next", mark("Next place"), _TRANSCRIPT, "F3", "Ctrl+G", icon="next", repeats=True),
    _action(
        "transcript_find_previous",
        mark("Previous place"),
        _TRANSCRIPT,
        "Shift+F3",
        "Ctrl+Shift+G",
        icon="previous",
        repeats=True,
    ),
    _action("transcript_undo", mark("Undo"), _TRANSCRIPT, "Ctrl+Z", icon="undo", repeats=True),
    _action("transcript_redo", mark("Redo"), _TRANSCRIPT, "Ctrl+Shift+Z", "Ctrl+Y", icon="redo", repeats=True),
    _action("transcript_speaker", mark("Speaker of the passage …"), _TRANSCRIPT, "F2", icon="speakers"),
    _action(
        "transcript_doubtful",
        mark("Next word that was heard uncertainly"),
        _TRANSCRIPT,
        "F8",
        icon="next",
        repeats=True,
    ),
    _action("transcript_play", mark("Play or pause"), _TRANSCRIPT, "Ctrl+Space", icon="play"),
    _action(
        "transcript_play_passage",
        mark("Play the passage with the cursor"),
        _TRANSCRIPT,
        "Ctrl+Shift+Space",
        icon="play",
    ),
    _action("transcript_skip_back", mark("3 seconds back"), _TRANSCRIPT, "Ctrl+J", icon="skip-back", repeats=True),
    _action(
        "transcript_skip_forward", mark("3 seconds forward"), _TRANSCRIPT, "Ctrl+L", icon="skip-forward", repeats=True
    ),
    _action("transcript_copy_with_times", mark("Copy with times"), _TRANSCRIPT, "Ctrl+Shift+C", icon="copy"),
    _action("transcript_save", mark("Tell whether all is saved"), _TRANSCRIPT, "Ctrl+S"),
    _fixed("transcript_split", mark("Begin a new passage at the cursor"), _TRANSCRIPT, "Return"),
    _fixed(
        "transcript_join", mark("At the beginning of a passage: join it with the one before"), _TRANSCRIPT, "Backspace"
    ),
    _fixed("transcript_join_next", mark("At its end: join it with the next one"), _TRANSCRIPT, "Del"),
    _fixed(
        "transcript_place",
        mark("In the waveform: 3 seconds back or forward, to the beginning"),
        _TRANSCRIPT,
        "Left",
        "Right",
        "Home",
    ),
    _fixed("transcript_close", mark("Close what was opened beside or above the text"), _TRANSCRIPT, "Esc"),
    _action("transcript_translation", mark("Translation beside the text"), _TRANSCRIPT, "Ctrl+T", icon="translate"),
    _action("transcript_notes", mark("Notes beside the text"), _TRANSCRIPT, "Ctrl+Shift+N", icon="notes"),
    _action("transcript_mode", mark("Show as text or as cards of subtitles"), _TRANSCRIPT, "F4"),
    _action("transcript_next_broken", mark("Next subtitle that breaks a rule"), _TRANSCRIPT, "F7", repeats=True),
    _action(
        "transcript_previous_broken",
        mark("Previous subtitle that breaks a rule"),
        _TRANSCRIPT,
        "Shift+F7",
        repeats=True,
    ),
    _action(
        "transcript_start_earlier", mark("Begin the subtitle earlier"), _TRANSCRIPT, "Alt+Shift+Left", repeats=True
    ),
    _action("transcript_start_later", mark("Begin the subtitle later"), _TRANSCRIPT, "Alt+Shift+Right", repeats=True),
    _action("transcript_end_earlier", mark("End the subtitle earlier"), _TRANSCRIPT, "Alt+Shift+Up", repeats=True),
    _action("transcript_end_later", mark("End the subtitle later"), _TRANSCRIPT, "Alt+Shift+Down", repeats=True),
    _action(
        "transcript_shift_earlier",
        mark("Move the selected subtitles earlier"),
        _TRANSCRIPT,
        "Alt+Shift+PgUp",
        repeats=True,
    ),
    _action(
        "transcript_shift_later",
        mark("Move the selected subtitles later"),
        _TRANSCRIPT,
        "Alt+Shift+PgDown",
        repeats=True,
    ),
    _action("transcript_merge", mark("Join the selected subtitles"), _TRANSCRIPT, "Ctrl+M"),
    _fixed(
        "transcript_select_cards", mark("Select the next or previous card, too"), _TRANSCRIPT, "Shift+Down", "Shift+Up"
    ),
    _fixed(
        "transcript_next_selected",
        mark("While several cards are selected: go to another one"),
        _TRANSCRIPT,
        "Ctrl+Down",
        "Ctrl+Up",
    ),
    _fixed(
        "transcript_select_card",
        mark("While several cards are selected: select the one that was gone to"),
        _TRANSCRIPT,
        "Space",
    ),
    _fixed("transcript_select_all_cards", mark("While several cards are selected: select all"), _TRANSCRIPT, "Ctrl+A"),
    _fixed("transcript_delete_cards", mark("Delete the selected cards"), _TRANSCRIPT, "Del"),
    _fixed("transcript_leave_cards", mark("Select only the current card again"), _TRANSCRIPT, "Esc"),
    _fixed("transcript_next_card", mark("Next or previous card"), _TRANSCRIPT, "Return", "Shift+Return"),
    _fixed("transcript_split_card", mark("Cut the card at the cursor"), _TRANSCRIPT, "Ctrl+Return"),
    _action("settings_search", mark("Search the settings"), _SETTINGS, "Ctrl+F", icon="search"),
    _action("settings_find_next", mark("Next setting that was found"), _SETTINGS, "F3", icon="next", repeats=True),
    _fixed("settings_step", mark("Next or previous setting that was found"), _SETTINGS, "Down", "Up"),
    _action(
        "providers_earlier",
        mark("Ask earlier"),
        _PROVIDERS,
        "Alt+Up",
        icon="chevron-up",
        repeats=True,
        part="settings.providers",
    ),
    _action(
        "providers_later",
        mark("Ask later"),
        _PROVIDERS,
        "Alt+Down",
        icon="chevron-down",
        repeats=True,
        part="settings.providers",
    ),
    _fixed("dashboard_read", mark("Read the values of a chart"), ActionPlace.DASHBOARD, "Left", "Right", "Home", "End"),
    _action("bot_search", mark("Search the chats or the events of the bot"), _BOT, "Ctrl+F", icon="search"),
    _action("bot_switch", mark("Start or stop the bot"), _BOT, "Ctrl+Shift+B", icon="bot"),
    _action(
        "bot_pause",
        mark("Hold the events still, or let them go on"),
        _BOT,
        "Ctrl+Shift+P",
        icon="pause",
        part="bot.events",
    ),
    _action("bot_allow", mark("Allow who is selected"), _BOT, icon="check", part="bot.chats"),
    _action("bot_block", mark("Block who is selected"), _BOT, icon="cancel", part="bot.chats"),
    _action("message_undo", mark("Undo what the message tells"), _MESSAGE, "Ctrl+Z", icon="undo"),
    _fixed("message_close", mark("Close the message"), _MESSAGE, "Esc"),
)
"""In the order of the cheat sheet. Names are never changed: they stand in people's settings."""
