"""Every error that there is, as it is told in a chat."""

import re
from string import Formatter

import pytest

import core.bot.files.mtproto.errors
import core.config.settings_file
import core.providers.on_device.models.library  # noqa: F401  These have errors of their own.
from core.bot.ui.error_sentences import error_classes, in_chat, sentence_of
from core.domain import NotulaError, TranslatableText, errors
from core.domain.errors import SettingsUnusable
from core.i18n import Translator

OUT_OF_PLACE = re.compile(
    r"\b(Settings|drive|jobs?|folder|permissions?|keyring|window|disk|page of|restart|log in|key|address|"
    r"retry|Retry|put it back|'notula)\b"
)
"""Words for the person at the computer on which Notula runs."""

NOT_FOR_STRANGERS = {"ending", "budget", "path", "variable", "reason", "file", "api_id", "backend"}

KINDS = list(error_classes())


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_what_a_chat_is_told_makes_sense_there(kind: type[NotulaError]) -> None:
    told = sentence_of(kind)
    assert not OUT_OF_PLACE.search(told), told
    assert placeholders(told) <= placeholders(kind.sentence), "its values have other names"
    assert not placeholders(told) & NOT_FOR_STRANGERS
    error = TranslatableText(kind.sentence, dict.fromkeys(placeholders(kind.sentence), "1"))
    for language in ("en", "id"):
        assert Translator(language).message(in_chat(error))


_NEVER_IN_A_CHAT = {
    *(SettingsUnusable, errors.MinutesError, errors.WindowNotInstalled),
    # Only the window edits, plays, imports and records.
    *(errors.EditingError, errors.PlaybackFailed, errors.AnotherRecording, errors.ImportFailed, errors.RecordingFailed),
}


def test_each_family_of_errors_has_words_of_its_own_for_chats() -> None:
    general = sentence_of(NotulaError)
    families = {kind for kind in KINDS if kind.__bases__ == (NotulaError,)} - _NEVER_IN_A_CHAT
    assert not [kind.__name__ for kind in families if sentence_of(kind) == general]


def test_only_the_owner_is_told_of_keys_and_budgets() -> None:
    refused = errors.KeyRefused(provider="Groq", ending="3f2a").message
    assert str(in_chat(refused)) == "The recording could not be transcribed. Please tell the owner of this bot."
    assert in_chat(refused, to_owner=True) == refused
    gone = errors.SourceMissing(name="talk.ogg").message
    assert str(in_chat(gone, to_owner=True)) == "talk.ogg can't be read. Please send it again."


@pytest.mark.parametrize(
    "message",
    [TranslatableText("Of another {version}", {"version": 2}), TranslatableText(errors.SourceMissing.sentence, {})],
)
def test_what_another_version_has_kept_is_told_in_general(message: TranslatableText) -> None:
    assert str(in_chat(message)) == "That didn't work. Please try again later, or tell the owner of this bot."
