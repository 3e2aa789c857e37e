"""A layout in lines survives what PySide does to wrappers."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from shiboken6 import invalidate

from gui.widgets.flow_layout import FlowLayout


def test_its_items_live_on_where_pyside_gives_up_what_is_above_them(qapp: QApplication) -> None:
    """Going through the pages, and to the dark theme in between, ended the process so."""
    widget = QWidget()
    flow = FlowLayout(gap=8, line_gap=8)
    for _ in range(3):
        flow.addWidget(QPushButton("Find"))
    column = QVBoxLayout(widget)
    column.addLayout(flow)
    before = flow.minimumSize()
    assert before != QSize()
    invalidate(column)
    assert flow.minimumSize() == before


def test_what_is_in_it_belongs_to_the_widget_that_it_lays_out(qapp: QApplication) -> None:
    widget, button = QWidget(), QPushButton("Find")
    flow = FlowLayout(widget, gap=8, line_gap=8)
    flow.addWidget(button)
    assert button.parentWidget() is widget
    assert flow.count() == 1
