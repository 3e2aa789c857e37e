"""One provider: its model, prices and limits, and its keys, which can be added, tried and deleted."""

from dataclasses import replace
from typing import Self

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.config import Settings
from core.domain.provider_offer import ProviderOffer
from core.domain.provider_settings import ProviderSettings, is_web_address
from core.domain.window_page import WindowPage
from gui.external_programs import open_address
from gui.page_context import PageContext
from gui.pages.settings.number_box import NumberBox
from gui.pages.settings.providers.provider_keys import ProviderKeys
from gui.pages.settings.providers.provider_texts import model_text, title_of, usual_price
from gui.pages.settings.providers.server_dialog import NO_ADDRESS
from gui.pages.settings.setting_editors import ignore_wheel
from gui.scale import Gap
from gui.widgets.invalid_field import mark_invalid
from gui.widgets.text import harmless, label, named, paragraph

_MOST_MEGABYTES = 100_000
_HIGHEST_PRICE = 1000.0
"""In US dollars a minute; the arrows go so far."""


class ModelBox(QComboBox):
    """A model of a list, or any other by its name; empty for the usual one."""

    chosen = Signal()

    def __init__(self, title: str) -> None:
        super().__init__()
        self._line = QLineEdit()
        self.setLineEdit(self._line)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setAccessibleName(title)
        self.setMinimumWidth(160)
        self.wheelEvent = ignore_wheel  # type: ignore[method-assign]
        self.activated.connect(self.chosen)
        self._line.editingFinished.connect(self.chosen)

    def offer(self, choices: dict[str, str], chosen: str, placeholder: str) -> None:
        """Offer models by name, each with how it is shown, and show the chosen one."""
        self.blockSignals(True)
        self.clear()
        for value, text in choices.items():
            self.addItem(text, value)
        self.setCurrentIndex(self.findData(chosen))
        if self.currentIndex() < 0:
            self.setEditText(chosen)
        self._line.setPlaceholderText(placeholder)
        self.blockSignals(False)

    def name(self) -> str:
        """The name of the chosen model, which may be shown with its price, or the text that was typed."""
        text = self.currentText().strip()
        listed = self.findText(text)
        return str(self.itemData(listed)) if listed >= 0 else text


class ProviderDetails(QFrame):
    """Shows one provider at a time; empty fields stand for the default values."""

    changed = Signal(str, object)
    """A provider's name and its new `ProviderSettings`."""

    remove_wanted = Signal(str)
    """The owner's server of this name is to be forgotten."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._messages = context.messages
        self._tr = tr = context.tr
        self._offer: ProviderOffer | None = None
        self._service = ProviderSettings()
        self._title = label(name="subtitle")
        self.model = ModelBox(tr("Model"))
        self.llm_model = ModelBox(tr("Model for translations and summaries"))
        for models in (self.model, self.llm_model):
            models.chosen.connect(self._save)
        self.largest = NumberBox(0, _MOST_MEGABYTES, whole=True)
        self.largest.setSuffix(" MB")
        self.price = NumberBox(0, _HIGHEST_PRICE)
        self.price.setSingleStep(0.001)
        self.price.setPrefix("$ ")
        self.price.setSpecialValueText(tr("as usual"))
        self.address = QLineEdit()
        for box, title in ((self.largest, tr("Largest upload")), (self.price, tr("Price a minute"))):
            box.setAccessibleName(title)
            box.setMinimumWidth(140)
            box.editingFinished.connect(self._save)
        self._problem = paragraph(self._tr(NO_ADDRESS), "problem")
        self._problem.hide()
        self.address.setAccessibleName(tr("Address"))
        self.address.editingFinished.connect(self._save)
        self.keys = ProviderKeys(context)
        self._remove = QPushButton(tr("Remove this server"))
        self._remove.clicked.connect(lambda: self._offer and self.remove_wanted.emit(self._offer.name))
        self._keys_page = QPushButton(tr("Get a key …"))
        self._keys_page.clicked.connect(self._open_keys_page)
        self._lay_out()
        for part in (self._keys_page, self._remove, self._online, self._on_device):
            part.hide()  # Until it is known which provider there is to show.

    def take_over(self, before: Self) -> None:
        """Go on with the keys that are typed there: in a window in another language."""
        self.keys.take_over(before.keys)

    def show_provider(self, offer: ProviderOffer, settings: Settings) -> None:
        """Show this provider. Its fields are not set again where nothing has changed, so that typed text stays."""
        is_another = self._offer is None or offer.name != self._offer.name
        service = settings.services.get(offer.name, ProviderSettings())
        if not is_another and (offer, service) == (self._offer, self._service):
            return
        self._offer, self._service = offer, service
        tr = self._tr
        self._title.setText(harmless(title_of(tr, offer)))
        self._online.setVisible(offer.takes_keys)
        self._on_device.setVisible(not offer.takes_keys)
        self._remove.setVisible(offer.is_server)
        self._keys_page.setVisible(bool(offer.keys_page))
        if not offer.takes_keys:
            return
        usual = tr("as usual")
        models = {model.name: model_text(tr, model) for model in offer.models}
        self.model.offer(models, service.model, self._usual(offer.models[0].name if offer.models else ""))
        llm_models = {name: name for name in offer.llm_models}
        self.llm_model.offer(llm_models, service.chat_model, self._usual(next(iter(llm_models), "")))
        self.largest.set_high(offer.max_megabytes or _MOST_MEGABYTES)
        self.largest.setSpecialValueText(
            f"{usual} ({offer.default_megabytes} MB)" if offer.default_megabytes else usual
        )
        self.largest.show_number(service.largest_megabytes)
        price = usual_price(offer, service.model)
        self.price.setSpecialValueText(
            f"{usual} ($ {QLocale(tr.language).toString(price, 'f', 4)})" if price else usual
        )
        self.price.show_number(service.price_per_minute)
        self._form.setRowVisible(self.llm_model, bool(llm_models) or offer.is_server)
        self.address.setText(service.base_url)
        self._problem.hide()
        mark_invalid(self.address, "")
        self.address.setPlaceholderText("" if offer.is_server else usual)
        if is_another:
            self.keys.show_provider(offer.name, needs_key=not offer.is_server)

    def _save(self) -> None:
        if self._offer is None:
            return
        address = self.address.text().strip()
        is_wrong = bool(address) and not is_web_address(address)
        self._problem.setVisible(is_wrong)
        mark_invalid(self.address, self._problem.text() if is_wrong else "")
        if is_wrong:
            return
        service = replace(
            self._service,
            model=self.model.name(),
            chat_model=self.llm_model.name(),
            largest_megabytes=round(self.largest.number()),
            price_per_minute=self.price.number(),
            # A server without an address would be none any more: that is what removing is for.
            base_url=self._service.base_url if self._offer.is_server and not address else address,
        )
        if service != self._service:
            self._service = service
            self.changed.emit(self._offer.name, service)

    def _usual(self, model: str) -> str:
        return self._tr("as usual: {model}", model=model) if model else ""

    def _open_keys_page(self) -> None:
        if self._offer is not None:
            open_address(self._offer.keys_page, self._messages)

    def _lay_out(self) -> None:
        tr = self._tr
        form = self._form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setHorizontalSpacing(Gap.WIDE)
        form.setVerticalSpacing(Gap.SMALL)
        form.addRow(label(tr("Model")), self.model)
        form.addRow(label(tr("Translations and summaries")), self.llm_model)
        form.addRow(label(tr("Largest upload")), self.largest)
        form.addRow(label(tr("Price a minute")), self.price)
        form.addRow(label(tr("Address")), self.address)
        form.addRow(self._problem)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._keys_page)
        head.addWidget(self._remove)
        self._online = named(QWidget(), "plain")
        online = QVBoxLayout(self._online)
        online.setContentsMargins(0, 0, 0, 0)
        online.setSpacing(Gap.LARGE)
        online.addLayout(form)
        online.addWidget(label(tr("Keys"), "subtitle"))
        online.addWidget(self.keys)
        self._on_device = named(QWidget(), "plain")
        on_device = QVBoxLayout(self._on_device)
        on_device.setContentsMargins(0, 0, 0, 0)
        sentence = tr("Transcribes here: nothing leaves this computer. Its model is chosen under Models.")
        on_device.addWidget(paragraph(sentence, "muted"))
        link = self._messages.link_to(WindowPage.MODELS)
        if link is not None:
            to_models = QPushButton(tr("Choose its model"))
            to_models.clicked.connect(link.open)
            on_device.addWidget(to_models, 0, Qt.AlignmentFlag.AlignLeft)
        column = QVBoxLayout(self)
        column.setContentsMargins(Gap.LARGE, Gap.LARGE, Gap.LARGE, Gap.LARGE)
        column.setSpacing(Gap.LARGE)
        column.addLayout(head)
        column.addWidget(self._on_device)
        column.addWidget(self._online)
        column.addStretch(1)
