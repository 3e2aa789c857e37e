"""The settings, made from their declarations; every change applies at once and is saved."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from core.config import BotSettings, Settings
from core.config.declarations import not_allowed, wrong_part
from core.domain import ModelState, ModelStatus, TranslatableText, mark
from gui.changes import Changes
from gui.page_context import PageContext
from gui.pages.page import Page, PageDeclaration
from gui.pages.settings.bot_box import BotBox
from gui.pages.settings.models_box import ModelsBox
from gui.pages.settings.setting_editors import ChoiceEditor, Editor, make_editor
from gui.widgets.text import label, named, paragraph

WIDEST = 780
TITLE_WIDTH = 200
"""The column of the settings' names, the same on all cards."""


class SettingsPage(Page):
    """A form of all settings, in groups, and the models beneath."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = context.settings
        self._core = context.core
        self._operations = context.operations
        self._tr = context.tr
        self._editors: dict[str, Editor] = {}
        self._problems: dict[str, QLabel] = {}
        self._models = ModelsBox(context)
        self._bot = BotBox(context)
        self._models.listed.connect(self._offer_models)
        context.changes.happened.connect(self._follow)
        self._lay_out()

    def on_shown(self) -> None:
        """Ask again which models are there, and whether the bot has a token."""
        self._models.refresh()
        self._bot.refresh()

    def _follow(self, changes: Changes) -> None:
        """Show the values in use. A typed value that isn't allowed stays in its field, to be corrected."""
        for name in changes.settings & self._editors.keys():
            editor = self._editors[name]
            if not (editor.keeps_what_was_typed and self._problems[name].isVisibleTo(self)):
                editor.show_value(getattr(self._settings.current, name))

    def _groups(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        tr = self._tr
        return (
            (
                tr("Transcription"),
                ("model", "language", "vocabulary", "speakers", "to_english", "beam_size", "word_timestamps"),
            ),
            (tr("Online providers"), ("profile", "monthly_budget", "hedge", "unsafe_keyring")),
            (tr("Work"), ("workers", "chunks_at_once", "longest_hours", "engine_idle_minutes", "shutdown_grace_s")),
            (tr("Cache"), ("cache_days", "records_days", "cache_megabytes", "cache_shared")),
            (
                tr("Other people"),
                (
                    "user_minutes_per_day",
                    "user_requests_per_minute",
                    "all_requests_per_minute",
                    "user_running",
                    "user_waiting",
                ),
            ),
            (tr("Automatic export"), ("export_folder", "export_formats")),
            (tr("Telegram bot"), tuple(BotSettings.model_fields)),
            (tr("Window"), ("theme", "interface_language", "notifications", "close_to_tray")),
        )

    def _change(self, name: str, value: Any) -> None:
        """Check the new value of an editor, and have the core use and save it."""
        editor = self._editors[name]

        def failed(message: TranslatableText) -> None:
            self._problems[name].setText(self._tr.message(message))
            self._problems[name].show()
            if not editor.keeps_what_was_typed:
                editor.show_value(getattr(self._settings.current, name))

        if wrong_part(name, value) is not None:
            failed(not_allowed(name))
            return
        self._problems[name].hide()
        change = self._core.call(lambda notula: notula.settings_service.change(**{name: value}))
        self._operations.start(change, failed=failed)

    def _offer_models(self, models: tuple[ModelStatus, ...]) -> None:
        editor = self._editors["model"]
        assert isinstance(editor, ChoiceEditor)
        editor.set_labels({model.name: model.name for model in models if model.state is not ModelState.MISSING})
        editor.show_value(self._settings.current.model)

    def _lay_out(self) -> None:
        content = named(QWidget(), "plain")
        content.setMaximumWidth(WIDEST)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 12, 0)
        column.setSpacing(14)
        column.addWidget(label(self._tr("Settings"), "title"))
        for title, names in self._groups():
            if "bot_enabled" in names:
                column.addWidget(self._card(self._tr("The bot"), self._bot))
            column.addWidget(self._group(title, names))
            if "model" in names:
                column.addWidget(self._card(self._tr("Models on this computer"), self._models))
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(content)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.viewport().setObjectName("plain")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)

    def _group(self, title: str, names: tuple[str, ...]) -> QFrame:
        fields = named(QWidget(), "plain")
        # Not a form layout: that one gives paragraphs less height than they need.
        grid = QGridLayout(fields)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(12)
        grid.setColumnMinimumWidth(0, TITLE_WIDTH)
        grid.setColumnStretch(1, 1)
        for row, name in enumerate(names):
            field = Settings.model_fields[name]
            editor = make_editor(name, field, self._tr)
            editor.show_value(getattr(self._settings.current, name))
            editor.chosen.connect(self._change)
            self._editors[name] = editor
            self._problems[name] = paragraph(name="problem")
            self._problems[name].hide()
            cell = QVBoxLayout()
            cell.setSpacing(3)
            cell.addWidget(editor)
            if field.description:
                cell.addWidget(paragraph(self._tr(field.description), "muted"))
            cell.addWidget(self._problems[name])
            cell.addStretch(1)
            grid.addWidget(label(editor.title), row, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            grid.addLayout(cell, row, 1)
        return self._card(title, fields)

    def _card(self, title: str, inside: QWidget) -> QFrame:
        card = named(QFrame(), "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(18, 14, 18, 16)
        column.setSpacing(12)
        column.addWidget(label(title, "subtitle"))
        column.addWidget(inside)
        return card


PAGE = PageDeclaration(
    "settings",
    mark("Settings"),
    "settings",
    SettingsPage,
    shortcut="Ctrl+,",
    link_text=mark("Open Settings"),
)
