"""Setting the bot up in three steps, each of which is ticked once it is seen to work."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from core.domain import JobState, JobView
from core.domain.bot import CHANNEL, BotCondition, BotState
from core.domain.errors import BotTokenMissing, BotTokenRefused
from gui.external_programs import open_address
from gui.page_context import PageContext
from gui.pages.bot.bot_token import BotToken
from gui.pages.bot.step_card import StepCard, StepState
from gui.scale import READABLE_WIDTH, Gap
from gui.widgets.qr_code import QrCode
from gui.widgets.text import harmless, label, named, paragraph

BOT_FATHER = "https://t.me/BotFather"
_ABOUT_TOKEN = frozenset({BotTokenMissing.sentence, BotTokenRefused.sentence})


@dataclass(frozen=True, slots=True)
class SetupProgress:
    """What is known of the steps. `owner_name` is empty while there is no owner."""

    has_token: bool = False
    owner_name: str = ""
    has_answered: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether there is nothing left to do."""
        return self.has_token and bool(self.owner_name) and self.has_answered


class SetupSteps(QScrollArea):
    """Shows the snapshot's state of the bot, and what the core says of the steps."""

    start_wanted = Signal()
    """The bot is off, and has to run for the step that is shown."""

    finished = Signal()
    """A person goes on to the bot's page, with all steps done or not."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tr = tr = context.tr
        self._messages = context.messages
        self._state = BotState()
        self.progress = SetupProgress()
        self._replaces_token = False
        self.token = BotToken(context)
        self.token.changed.connect(self._token_changed)
        self.open_father = self._button(tr("Open @BotFather"), lambda: open_address(BOT_FATHER, self._messages))
        self.other_token = self._button(tr("Another token …"), self._ask_for_other_token)
        self.open_link = self._button(tr("Open in Telegram"), self._open_link)
        self.copy_link = self._button(tr("Copy the link"), self._copy_link)
        self.copied = label(tr("Copied"), "good")
        self.code = QrCode(tr("QR code of the link, for the camera of a phone"))
        self.open_chat = self._button(tr("Open the chat"), self._open_chat)
        self.start = self._button(tr("Start the bot"), self.start_wanted.emit)
        self.skip = self._button(tr("Skip this"), self.finished.emit)
        self.go_on = self._button(tr("Show chats and events"), self.finished.emit)
        self._waiting_for_owner = paragraph(name="muted")
        self._waiting_for_voice = paragraph(name="muted")
        self._failed_voice = paragraph(name="problem")
        self.problem = paragraph(name="problem")
        for button in (self.open_link, self.open_chat, self.go_on, self.token.add):
            named(button, "primary")
        self.cards = (
            StepCard(1, tr("Give Notula a bot"), self._token_body(), tr),
            StepCard(2, tr("Become its owner"), self._owner_body(), tr),
            StepCard(3, tr("Send it a voice message"), self._voice_body(), tr),
        )
        self._lay_out()
        self._show()

    def first_control(self) -> QWidget:
        """What is to be used next."""
        for widget in (self.token.line, self.start, self.open_link, self.open_chat, self.go_on):
            if widget.isVisible() and widget.isEnabled():
                return widget
        return self.other_token

    def show_progress(self, progress: SetupProgress) -> None:
        """Show which steps are done."""
        self.progress = progress
        self._show()

    def show_state(self, state: BotState) -> None:
        """Show how the bot does."""
        self._state = state
        self._show()

    def show_jobs(self, jobs: tuple[JobView, ...]) -> None:
        """Show how the newest recording does that came from the bot."""
        newest = max((job for job in jobs if job.requester.channel == CHANNEL), key=_age_key, default=None)
        tr = self._tr
        waiting = tr("Waiting for your voice message …")
        failed = ""
        if newest is not None and not newest.state.is_final:
            waiting = tr("{name} has come, and is being transcribed …", name=harmless(newest.name))
        elif newest is not None and newest.state is JobState.FAILED and newest.error is not None:
            failed = harmless(tr.message(newest.error))
        self._waiting_for_voice.setText(waiting)
        self._failed_voice.setText(failed)
        self._failed_voice.setVisible(bool(failed))

    def _show(self) -> None:
        tr, state, progress = self._tr, self._state, self.progress
        is_about_token = state.problem is not None and state.problem.template in _ABOUT_TOKEN
        has_token = progress.has_token and not is_about_token
        done = (has_token, has_token and bool(progress.owner_name), progress.is_complete and has_token)
        current = next((number for number, is_done in enumerate(done) if not is_done), None)
        name = f"@{state.username}" if state.username else tr("The token is kept.")
        results = (name, progress.owner_name, tr("It was answered."))
        for number, card in enumerate(self.cards):
            is_current = number == current
            step = StepState.DONE if done[number] else StepState.CURRENT if is_current else StepState.LATER
            is_open = number == 0 and self._replaces_token
            card.show_state(step, results[number] if done[number] else "", is_open=is_open)
        self.other_token.setVisible(has_token and not self._replaces_token)
        is_off = state.condition is BotCondition.OFF
        self.start.setVisible(current in (1, 2) and state.condition in (BotCondition.OFF, BotCondition.FAILED))
        self._show_owner_link(is_off=is_off)
        self.open_chat.setEnabled(bool(state.username))
        self.skip.setVisible(current == 2)
        self._go_to_next_control()
        self.go_on.setVisible(current is None)
        self.problem.setText(tr.message(state.problem) if state.problem is not None else "")
        self.problem.setVisible(state.problem is not None and not is_off)

    def _go_to_next_control(self) -> None:
        """Move the focus on where what had it is done."""
        focused = self.window().focusWidget()
        wanted = self.first_control()
        if focused in (self.other_token, self.skip) and wanted is not focused:
            wanted.setFocus()

    def _show_owner_link(self, *, is_off: bool) -> None:
        link = self._state.claim_link
        for button in (self.open_link, self.copy_link):
            button.setEnabled(bool(link))
        self.code.show_text(link)
        if not link:
            self.copied.hide()
        waiting = self._tr("Waiting for you to press Start in Telegram …")
        starting = self._tr("The link comes once the bot has reached Telegram …")
        off = self._tr("The bot is off. Start it to go on.")
        self._waiting_for_owner.setText(off if is_off else waiting if link else starting)

    def _token_changed(self) -> None:
        self._replaces_token = False
        self._show()

    def _ask_for_other_token(self) -> None:
        self._replaces_token = True
        self._show()
        self.token.line.setFocus()

    def _open_link(self) -> None:
        if self._state.claim_link:
            open_address(self._state.claim_link, self._messages)

    def _copy_link(self) -> None:
        if self._state.claim_link:
            QGuiApplication.clipboard().setText(self._state.claim_link)
            self.copied.show()

    def _open_chat(self) -> None:
        open_address(f"https://t.me/{self._state.username}", self._messages)

    def _button(self, text: str, clicked: object) -> QPushButton:
        button = QPushButton(text)
        button.clicked.connect(clicked)
        return button

    def _token_body(self) -> QWidget:
        text = self._tr(
            "Write /newbot to @BotFather in Telegram, and answer what it asks. It gives you a token: paste that here. "
            "Telegram is asked about it before it is kept."
        )
        return _body(paragraph(text, "muted"), _line(self.open_father), self.token)

    def _owner_body(self) -> QWidget:
        text = self._tr(
            "Open this link here, or with the camera of your phone, and press Start in Telegram. Whoever does that "
            "first owns the bot, so keep it to yourself."
        )
        self.copied.hide()
        buttons = _line(self.open_link, self.copy_link, self.copied)
        body = named(QWidget(), "plain")
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Gap.LARGE)
        row.addWidget(_body(paragraph(text, "muted"), buttons, self._waiting_for_owner), 1, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.code, 0, Qt.AlignmentFlag.AlignTop)
        return body

    def _voice_body(self) -> QWidget:
        text = self._tr("Record one in the bot's chat. Its text comes as the answer.")
        buttons = _line(self.open_chat, self.skip)
        self._failed_voice.hide()
        return _body(paragraph(text, "muted"), buttons, self._waiting_for_voice, self._failed_voice)

    def _lay_out(self) -> None:
        inside = named(QWidget(), "plain")
        inside.setMaximumWidth(READABLE_WIDTH)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, Gap.MEDIUM, 0)
        column.setSpacing(Gap.MEDIUM)
        about = self._tr(
            "Your own Telegram bot answers voice messages, audio and video with their text, made by this computer "
            "or by the providers that you have chosen. You can stop at any step, and go on later."
        )
        column.addWidget(paragraph(about))
        column.addWidget(self.problem)
        for card in self.cards:
            column.addWidget(card)
        column.addWidget(_line(self.start, self.other_token, self.go_on))
        column.addStretch(1)
        self.setWidgetResizable(True)
        self.setWidget(inside)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setObjectName("plain")


def _age_key(job: JobView) -> float:
    return job.submitted_at


def _body(*parts: QWidget) -> QWidget:
    body = named(QWidget(), "plain")
    column = QVBoxLayout(body)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(Gap.SMALL)
    for part in parts:
        column.addWidget(part)
    return body


def _line(*buttons: QWidget) -> QWidget:
    line = named(QWidget(), "plain")
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(Gap.SMALL)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return line
