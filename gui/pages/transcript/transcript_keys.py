"""What of the transcript's page can be done by keys, and the tooltips that name these."""

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QWidget

from gui.actions.actions import Actions
from gui.actions.tooltips import tell_keys


def bind_keys(
    page: QWidget,
    actions: Actions,
    does: Mapping[str, Callable[[], object]],
    buttons: Mapping[str, QWidget],
) -> None:
    """Bind actions of the page by their names, and name the keys of some in the tooltips of their buttons."""
    for name, do in does.items():
        action = actions.bind(name, page, do)
        if name in buttons:
            tell_keys(buttons[name], action, buttons[name].accessibleName())
