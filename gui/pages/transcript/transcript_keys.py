"""What of the transcript's page can be done by keys, and the tooltips that name these."""

from collections.abc import Callable, Mapping

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from gui.actions.actions import Actions
from gui.actions.tooltips import tell_keys


def bind_keys(
    page: QWidget,
    actions: Actions,
    does: Mapping[str, Callable[[], object]],
    buttons: Mapping[str, QWidget],
) -> Mapping[str, QAction]:
    """Bind actions of the page by their names, and name the keys of some in the tooltips of their buttons."""
    bound = {name: actions.bind(name, page, do) for name, do in does.items()}
    for name, button in buttons.items():
        tell_keys(button, bound[name], button.accessibleName())
    return bound
