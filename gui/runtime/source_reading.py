"""Keeps PySide from reading the source of every module that is imported after it.

For its optional features (https://doc.qt.io/qtforpython-6/considerations.html#features), which Notula doesn't use,
PySide (6.8 to 6.11.3) looks into the source of each module for its own name. That is a tenth of what a start takes
until the window is seen, and `linecache` keeps all of it: 16 MB.
"""

import sys
from types import ModuleType

_FEATURES = "shibokensupport.feature"
_LOOKS_INTO_SOURCE = "_mod_uses_pyside"


def leave_sources_unread() -> None:
    """Have no module that is imported from now on, in this process, looked into. To be called once PySide is imported.

    The function isn't PySide's interface: where a later version has no such one, nothing changes.
    """
    features = sys.modules.get(_FEATURES)
    if features is not None and hasattr(features, _LOOKS_INTO_SOURCE):
        setattr(features, _LOOKS_INTO_SOURCE, _uses_features)


def _uses_features(_module: ModuleType) -> bool:
    return False
