"""How the window looks: a light and a dark palette, one style sheet, icons in the palette's colours."""

import gc
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontInfo, QGuiApplication, QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QStyleFactory, QToolTip

from core.config import Theme
from gui.scale import CELL_MARGIN, CONTROL_HEIGHT, Gap, Line, Radius, Type

RESOURCES = Path(__file__).resolve().parent.parent / "resources"

_TABULAR_FIGURES = QFont.Tag("tnum")
"""Figures of one width: numbers stand under each other, and times that run don't jump. In Inter a 1 is narrow else."""

_FAMILIES = ("Inter", "Segoe UI", "Helvetica Neue", "Noto Sans", "DejaVu Sans", "sans-serif")
"""The first that is there. Not in the style sheet: a rule for each widget makes a page a fifth slower to show."""

_CONTROL_LINE = 20
"""What of a control's height is its text's."""

_ROOM_OF_QT = 3
"""What Qt adds to the height of a tool button and of a field with arrows, whatever their style sheet says (6.11)."""


_ALARM_MARK = (
    '<circle cx="46" cy="18" r="18" fill="#b3261e" stroke="#fff" stroke-width="3"/>'
    '<path d="M46 8v11M46 26v1" stroke="#fff" stroke-width="5.5" stroke-linecap="round"/>'
)
"""An exclamation mark on a red disc in the upper right corner, drawn over an icon of 64 by 64."""

_RECORDING_MARK = '<circle cx="47" cy="47" r="14" fill="#d93025" stroke="#fff" stroke-width="4"/>'
"""A red disc in the lower right corner."""

_RING_LENGTH = 2 * math.pi * 28
_RING = (
    '<g fill="none" stroke-width="8" transform="rotate(-90 32 32)">'
    '<circle cx="32" cy="32" r="28" stroke="#8d94a0" stroke-opacity="0.45"/>'
    '<circle cx="32" cy="32" r="28" stroke="{colour}" stroke-dasharray="{filled:.2f} {length:.2f}"/></g>'
)
_RING_COLOURS = {False: "#3f7df2", True: "#8d94a0"}
"""Readable on light and dark panels alike: a tray doesn't tell which it is."""


QR_MODULES = QColor("#000000")
QR_PAPER = QColor("#ffffff")
"""In both themes: many readers don't know a light code on a dark ground."""


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of the style sheet and of painted widgets, by role, as `#rrggbb`.

    Text can be read on `window`, `panel`, `hover` and `selection` (4.5 to 1), and an `outline` is seen (3 to 1).
    """

    window: str
    """Behind everything."""

    panel: str
    """What lies on the window: cards, lists, fields, menus."""

    text: str
    muted: str
    """Text that explains, placeholders, what is disabled."""

    border: str
    """Divides; nothing depends on seeing it."""

    outline: str
    """Around a field, which is found by it; drawings that are to be seen, as a waveform."""

    hover: str
    accent: str
    """The one thing to do, links, the focus."""

    accent_hover: str
    accent_pressed: str
    on_accent: str
    mark: str
    """Behind the white tick of a box."""

    selection: str
    """Of rows and texts, and what is pressed."""

    good: str
    warning: str
    bad: str

    speakers: tuple[str, ...]
    """Of names, by the number of the speaker; text that is told apart, though never by colour alone."""


LIGHT = Colours(
    window="#f4f5f7",
    panel="#ffffff",
    text="#1b1d21",
    muted="#5d636e",
    border="#d9dce2",
    outline="#868d99",
    hover="#e9ebef",
    accent="#2a60d3",
    accent_hover="#2356c2",
    accent_pressed="#1c489f",
    on_accent="#ffffff",
    mark="#2a62d8",
    selection="#dfe9fd",
    good="#167040",
    warning="#8a5a00",
    bad="#b3261e",
    speakers=("#185fc3", "#9f4e14", "#0e7140", "#a019cc", "#c31851", "#0f6d76", "#71610e"),
)

DARK = Colours(
    window="#17191d",
    panel="#1f2227",
    text="#e9ebee",
    muted="#a3a9b4",
    border="#353a42",
    outline="#747b88",
    hover="#2a2e35",
    accent="#7aa5ff",
    accent_hover="#94b7ff",
    accent_pressed="#6690ee",
    on_accent="#0d1a33",
    mark="#2a62d8",
    selection="#293a5f",
    good="#62c98d",
    warning="#e5b454",
    bad="#ff8a80",
    speakers=("#88b4f2", "#eea068", "#47eb99", "#dd9af4", "#f395b5", "#47ddeb", "#ebcf47"),
)


def colours_of(palette: QPalette) -> Colours:
    """The `Colours` that this palette was made of."""
    return DARK if palette.color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


def speaker_colour(number: int, palette: QPalette) -> QColor:
    """The colour of a speaker by number, from 1. It comes again where there are more speakers than colours."""
    colours = colours_of(palette).speakers
    return QColor(colours[(number - 1) % len(colours)])


def apply_theme(application: QApplication, theme: Theme) -> None:
    """Apply a theme to the whole application. SYSTEM follows the desktop; it is light where that has no colour scheme.

    The palette is set by hand because QStyleHints.setColorScheme does nothing on a bare X server (measured).
    """
    dark = theme is Theme.DARK or (
        theme is Theme.SYSTEM and application.styleHints().colorScheme() is Qt.ColorScheme.Dark
    )
    colours = DARK if dark else LIGHT
    sheet = style_sheet(colours, QFontInfo(application.font()).pixelSize())
    if application.styleSheet() == sheet:
        return  # Applied already; setting it again would restyle every widget, which takes 0.1 s and more.
    with garbage_kept():
        # Without the old one in between, Qt sends each widget through the other's rules: ten times as long.
        application.setStyleSheet("")
        set_font(application)
        if application.style().name() != "fusion":
            application.setStyle(QStyleFactory.create("Fusion"))
        application.setPalette(_palette(colours))
        application.setStyleSheet(sheet)


def set_font(application: QApplication) -> None:
    """Set the font of the whole application. Widgets that are there already don't all take it over."""
    font = application.font()
    font.setFamilies(_FAMILIES)
    font.setFeature(_TABULAR_FIGURES, 1)
    with garbage_kept():
        application.setFont(font)
        QToolTip.setFont(font)  # They have one of their own.


@contextmanager
def garbage_kept() -> Iterator[None]:
    """Collect no garbage meanwhile.

    Qt goes through a list of all widgets that it made before (`QApplication::setStyle` of Qt 6). A collection in a
    handler of one widget may delete a later one, which nobody needs any more, and the process ends by a segmentation
    fault.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def style_sheet(colours: Colours, body_px: int) -> str:
    """The style sheet in these colours, for body text of `body_px`."""
    tokens = {name: value for name in Colours.__slots__ if isinstance(value := getattr(colours, name), str)}
    tokens["icons"] = (RESOURCES / "icons").as_posix()
    tokens |= {f"gap_{gap.name.lower()}": f"{gap}px" for gap in Gap}
    tokens |= {f"radius_{radius.name.lower()}": f"{radius}px" for radius in Radius}
    tokens |= {"border_line": f"{Line.BORDER}px", "focus": f"{Line.FOCUS}px"}
    for type_ in Type:
        tokens[f"{type_.name.lower()}_size"] = f"{type_.size_px(body_px)}px"
        tokens[f"{type_.name.lower()}_weight"] = str(type_.value.weight)
    # The line around what has the focus is thicker by a pixel, which its padding gives up: nothing moves.
    above = (CONTROL_HEIGHT - _CONTROL_LINE) // 2 - Line.BORDER
    for name, (down, across) in {
        "button": (above, Gap.MEDIUM),
        "field": (above, Gap.SMALL),
        "chip": (Gap.TIGHT, Gap.MEDIUM),
        "editor": (Gap.TIGHT, Gap.TIGHT),
        "list": (Gap.TIGHT, Gap.TIGHT),
    }.items():
        tokens[f"{name}_padding"] = f"{down}px {across}px"
        tokens[f"{name}_padding_focused"] = f"{down - 1}px {across - 1}px"
    for name, across in {"tool": Gap.MEDIUM, "number": Gap.SMALL}.items():
        down = above - _ROOM_OF_QT // 2
        tokens[f"{name}_padding"] = f"{down - 1}px {across}px {down}px"
        tokens[f"{name}_padding_focused"] = f"{down - 2}px {across - 1}px {down - 1}px"
    tokens["cell_padding"] = f"0 {Gap.MEDIUM - CELL_MARGIN}px"
    tokens["control_line"] = f"{_CONTROL_LINE}px"
    tokens["control_height"] = f"{CONTROL_HEIGHT}px"
    sheet = (RESOURCES / "style" / "notula.qss").read_text(encoding="utf-8")
    return re.sub(r"@([a-z_]+)", lambda token: tokens[token[1]], sheet)


def _palette(colours: Colours) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for group, text in (
        (QPalette.ColorGroup.Active, colours.text),
        (QPalette.ColorGroup.Inactive, colours.text),
        (QPalette.ColorGroup.Disabled, colours.muted),
    ):
        for roles, colour in (
            ((role.Window, role.Button, role.AlternateBase), colours.window),
            ((role.Base, role.ToolTipBase), colours.panel),
            ((role.WindowText, role.Text, role.ButtonText, role.ToolTipText), text),
            ((role.PlaceholderText,), colours.muted),
            ((role.Highlight,), colours.selection),
            ((role.HighlightedText,), colours.text),
            ((role.Link, role.LinkVisited, role.Accent), colours.accent),
            ((role.Mid, role.Dark, role.Midlight, role.Light), colours.border),
        ):
            for one in roles:
                palette.setColor(group, one, QColor(colour))
    return palette


def icon(name: str) -> QIcon:
    """An SVG of `resources/icons` that is drawn in the palette's text colour, whatever the theme and the scale."""
    return QIcon(_TintedIcon(_svg(name)))


@cache
def _svg(name: str) -> str:
    """Read once: many actions, and their buttons, share a few icons."""
    return (RESOURCES / "icons" / f"{name}.svg").read_text(encoding="utf-8")


def application_icon(
    *, alarm: bool = False, progress: float | None = None, is_paused: bool = False, is_recording: bool = False
) -> QIcon:
    """The icon of windows and the tray, in its own colours; with `alarm` with a mark that asks for a look.

    With `is_recording` it has the mark of a recording.

    With `progress`, 0 to 1, it is smaller, within a ring of which that much is filled, in grey where `is_paused`.
    """
    if not alarm and progress is None and not is_recording:
        return QIcon(str(RESOURCES / "icons" / "notula.svg"))
    svg = (RESOURCES / "icons" / "notula.svg").read_text(encoding="utf-8")
    if progress is not None:
        begin, end = svg.index(">") + 1, svg.index("</svg>")
        ring = _RING.format(filled=_RING_LENGTH * progress, length=_RING_LENGTH, colour=_RING_COLOURS[is_paused])
        svg = f'{svg[:begin]}<g transform="translate(14 14) scale(0.5625)">{svg[begin:end]}</g>{ring}</svg>'
    if alarm:
        svg = svg.replace("</svg>", f"{_ALARM_MARK}</svg>")
    if is_recording:
        svg = svg.replace("</svg>", f"{_RECORDING_MARK}</svg>")
    return QIcon(_TintedIcon(svg))


class _TintedIcon(QIconEngine):
    """Draws an SVG whose lines are `currentColor`."""

    def __init__(self, svg: str) -> None:
        super().__init__()
        self._svg = svg

    def clone(self) -> QIconEngine:
        return _TintedIcon(self._svg)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        disabled = mode is QIcon.Mode.Disabled
        group = QPalette.ColorGroup.Disabled if disabled else QPalette.ColorGroup.Active
        colour = QGuiApplication.palette().color(group, QPalette.ColorRole.WindowText)
        renderer = QSvgRenderer(QByteArray(self._svg.replace("currentColor", colour.name()).encode()))
        painter.setOpacity(0.5 if disabled else 1.0)
        renderer.render(painter, QRectF(rect))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        if pixmap.isNull():
            return pixmap  # A button that has no room for its icon.
        pixmap.fill(Qt.GlobalColor.transparent)
        with QPainter(pixmap) as painter:
            self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        return pixmap
