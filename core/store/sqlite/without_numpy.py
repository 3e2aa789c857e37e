"""Imports sqlite-utils without numpy.

It imports numpy wherever that is installed, to take numpy's numbers for values of columns. No value of ours is one, and
numpy would be 16 MB and 0.1 s of every window and every command. Who needs numpy imports it afterwards as usual.
"""

import importlib
import sys
from types import ModuleType
from typing import cast

_NOT_INSTALLED = cast(ModuleType, None)
"""An entry by which an import fails as if the module weren't there.

https://docs.python.org/3/reference/import.html#the-module-cache
"""


def _import_sqlite_utils() -> None:
    if "numpy" in sys.modules:
        importlib.import_module("sqlite_utils")
        return
    sys.modules["numpy"] = _NOT_INSTALLED
    try:
        importlib.import_module("sqlite_utils")
    finally:
        del sys.modules["numpy"]


_import_sqlite_utils()
