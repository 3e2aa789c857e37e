"""The Telegram bot: it is set up in three steps; then its state, its chats, what happens, and its connection."""

import time
from collections.abc import Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Any, Self

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from core.domain import JobView, Snapshot
from core.domain.bot import BotCondition, BotState
from core.domain.bot_chats import BotChat
from core.domain.bot_events import BotEvent, BotEventKind
from gui.changes import Changes
from gui.page_context import PageContext
from gui.pages.bot.bot_parts import CHATS, CONNECTION, EVENTS, BotParts
from gui.pages.bot.bot_texts import chat_name, condition_text, facts_text
from gui.pages.bot.chats_part import ChatsPart
from gui.pages.bot.connection_part import ConnectionPart
from gui.pages.bot.events_part import EventsPart
from gui.pages.bot.part_buttons import PartButtons
from gui.pages.bot.setup_steps import SetupProgress, SetupSteps
from gui.pages.page import Page
from gui.pages.settings.providers.provider_texts import TOKEN
from gui.scale import Gap
from gui.theme import icon
from gui.widgets.text import label, named, paragraph

if TYPE_CHECKING:
    from core.app.notula import Notula

_AGES_MS = 5_000
"""How often the age of the last message is written anew."""


class BotPage(Page):
    """Shows the steps until all of them are done, or a person wants to go on without."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._core = context.core
        self._operations = context.operations
        self._settings = context.settings
        self._tr = tr = context.tr
        self._state = BotState()
        self._events: tuple[BotEvent, ...] = ()
        self._jobs: tuple[JobView, ...] = ()
        self._is_told_of_setup = False
        """Whether a person has gone on from the steps."""
        self._has_asked = False
        self._wanted: list[Callable[[], object]] = []
        """What is to be done once it is known whether there is something to set up."""
        self.state_text = label(name="subtitle")
        self.state_text.setAccessibleName(tr("State of the bot"))
        self.facts = label(name="muted")
        self.problem = paragraph(name="problem")
        self.switch = QPushButton()
        self.switch.clicked.connect(self._switch)
        self.steps = SetupSteps(context)
        self.steps.start_wanted.connect(lambda: self._call(lambda notula: notula.bot_setup.turn_on()))
        self.steps.finished.connect(self._go_on)
        self.steps.token.changed.connect(self.refresh)
        self.parts = PartButtons(
            {CHATS: tr("Chats"), EVENTS: tr("Events"), CONNECTION: tr("Connection")}, tr("Parts of this page")
        )
        self.parts.chosen.connect(self._show_part)
        self._shown_parts = BotParts(context)
        self._shown_parts.token_changed.connect(self.refresh)
        self._shown_parts.added.connect(self.rearranged)
        self.set_up_again = QPushButton(tr("Set up step by step"))
        self.set_up_again.clicked.connect(self._set_up_again)
        context.actions.bind("bot_search", self, self._search)
        context.actions.bind("bot_switch", self, self.switch.click)
        self._timer = QTimer(self, interval=_AGES_MS)
        self._timer.timeout.connect(self._show_facts)
        self._lay_out()
        self._show_state()
        context.core.published.connect(self._apply)
        context.changes.happened.connect(self._follow)

    @property
    def chats(self) -> ChatsPart:
        """People and groups."""
        return self._shown_parts.chats

    @property
    def events(self) -> EventsPart:
        """What happens."""
        return self._shown_parts.events

    @property
    def connection(self) -> ConnectionPart:
        """How the bot is connected."""
        return self._shown_parts.connection

    def on_shown(self) -> None:
        self.refresh()

    def show_part(self, name: str) -> None:
        self.parts.choose(name)

    def when_ready(self, do: Callable[[], object]) -> None:
        if self._has_asked:
            do()
        else:
            self._wanted.append(do)

    def first_control(self) -> QWidget:
        if self._stack.currentWidget() is self.steps:
            return self.steps.first_control()
        return self.parts.current_button if self._stack.currentWidget() is self._running else self.switch

    def take_over(self, before: Self) -> None:
        self._has_asked = before._has_asked
        self._is_told_of_setup = before._is_told_of_setup
        self.steps.token.take_over(before.steps.token)
        self._shown_parts.take_over(before._shown_parts)
        self.steps.show_progress(before.steps.progress)
        self.parts.choose(before.parts.current)
        self._choose_view()

    def saved_state(self) -> Mapping[str, object]:
        return {"part": self.parts.current, "told": self._is_told_of_setup}

    def restore_state(self, state: Mapping[str, object]) -> None:
        self._is_told_of_setup = state.get("told") is True
        self.parts.choose(str(state.get("part")))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()
        self._show_state()
        self.steps.show_jobs(self._jobs)
        self._show_part()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()
        self._shown_parts.rest()
        self._wanted.clear()

    def refresh(self) -> None:
        """Ask the core which steps are done, and what the shown part shows."""

        async def look(notula: "Notula") -> tuple[SetupProgress, tuple[BotChat, ...]]:
            keys = (await notula.keys.list()).keys
            chats = await notula.bot_chats.list()
            owner = notula.settings.bot_owner
            known = next((chat for chat in chats if owner and chat.chat_id == owner), None)
            name = chat_name(self._tr, known) if known is not None else self._tr("Number {number}", number=owner)
            has_token = any(hint.provider == TOKEN for hint in keys)
            has_answered = await notula.bot_setup.has_answered()
            return SetupProgress(has_token, name if owner else "", has_answered), chats

        def show(found: tuple[SetupProgress, tuple[BotChat, ...]]) -> None:
            self._has_asked = True
            self.steps.show_progress(found[0])
            self._choose_view()
            wanted, self._wanted = self._wanted, []
            for do in wanted:
                do()

        self._operations.start(self._core.call(look), done=show, kind="bot-progress")
        self.steps.token.refresh()
        if self._stack.currentWidget() is self._running:
            self._show_part()

    def _choose_view(self) -> None:
        """The steps, while there is one to do. They stay until a person goes on, so that the last tick is seen."""
        shown, progress = self._stack.currentWidget(), self.steps.progress
        if not self._has_asked:
            return
        needs_steps = not progress.has_token or not (progress.is_complete or self._is_told_of_setup)
        stays = shown is self.steps and self.isVisible() and not self._is_told_of_setup
        wanted = self.steps if needs_steps or stays else self._running
        if wanted is not shown:
            self._stack.setCurrentWidget(wanted)
            self._show_part()
            self.rearranged.emit()
        self.set_up_again.setVisible(not progress.is_complete)
        self.switch.setVisible(progress.has_token)

    def _go_on(self) -> None:
        self._is_told_of_setup = True
        self._choose_view()

    def _set_up_again(self) -> None:
        self._is_told_of_setup = False
        self._stack.setCurrentWidget(self.steps)
        self.rearranged.emit()

    def _show_part(self, *_: object) -> None:
        is_shown = self.isVisible() and self._stack.currentWidget() is self._running
        if is_shown:
            self._shown_parts.show_part(self.parts.current, self._events)
        else:
            self._shown_parts.rest()

    def _apply(self, snapshot: Snapshot) -> None:
        before, self._state = self._state, snapshot.bot
        is_waiting = not self.steps.progress.has_answered
        has_new_answer = is_waiting and _last_answer(snapshot.bot_events) != _last_answer(self._events)
        self._events, self._jobs = snapshot.bot_events, snapshot.jobs
        if self.isVisible():
            if snapshot.bot != before:
                self._show_state()
            if self._stack.currentWidget() is self.steps:
                self.steps.show_jobs(snapshot.jobs)
            self._shown_parts.show_events(snapshot.bot_events)
            if has_new_answer or snapshot.bot.condition is not before.condition:
                self.refresh()

    def _follow(self, changes: Changes) -> None:
        if self.isVisible() and (changes.providers or changes.settings & {"bot_owner", "profile"}):
            self.refresh()

    def _show_state(self) -> None:
        tr, state = self._tr, self._state
        self.state_text.setText(condition_text(tr, state))
        is_off = state.condition in (BotCondition.OFF, BotCondition.FAILED)
        text = tr("Start") if is_off else tr("Stop")
        self.switch.setText(text)
        self.switch.setIcon(icon("play" if is_off else "stop"))
        self.switch.setAccessibleName(tr("Start the bot") if is_off else tr("Stop the bot"))
        self.problem.setText(tr.message(state.problem) if state.problem is not None else "")
        self.problem.setVisible(state.problem is not None)
        self.steps.show_state(state)
        self._show_facts()

    def _show_facts(self) -> None:
        facts = facts_text(self._tr, self._state, time.time())
        self.facts.setText(facts)
        self.facts.setVisible(bool(facts))

    def _search(self) -> None:
        if self._stack.currentWidget() is self._running:
            self._shown_parts.search()

    def _switch(self) -> None:
        if self._state.condition in (BotCondition.OFF, BotCondition.FAILED):
            self._call(lambda notula: notula.bot_setup.turn_on())
        else:
            self._call(lambda notula: notula.bot_setup.turn_off())

    def _call(self, ask: "Callable[[Notula], Coroutine[Any, Any, object]]") -> None:
        self._operations.start(self._core.call(ask), kind="bot-switch")

    def _lay_out(self) -> None:
        tr = self._tr
        title = QHBoxLayout()
        title.addWidget(label(tr("Bot"), "title"))
        title.addStretch(1)
        title.addWidget(self.switch)
        state = QVBoxLayout()
        state.setSpacing(Gap.TIGHT)
        state.addWidget(self.state_text)
        state.addWidget(self.facts)
        choosing = QHBoxLayout()
        choosing.addWidget(self.parts)
        choosing.addWidget(self.set_up_again)
        self._running = named(QWidget(), "plain")
        column = QVBoxLayout(self._running)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Gap.MEDIUM)
        column.addLayout(state)
        column.addWidget(self.problem)
        column.addLayout(choosing)
        column.addWidget(self._shown_parts, 1)
        starting = label(tr("Notula is starting …"), "muted")
        starting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        for widget in (starting, self.steps, self._running):
            self._stack.addWidget(widget)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(title)
        whole.addWidget(self._stack, 1)


def _last_answer(events: tuple[BotEvent, ...]) -> int:
    return next((event.number for event in reversed(events) if event.kind is BotEventKind.ANSWER), 0)
