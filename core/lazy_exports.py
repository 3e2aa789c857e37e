"""Names that a folder exports, imported when they are first used.

A child process that needs one module of a folder would otherwise import all that the folder exports, and what that
imports: the engine's would load the clients of all services, which it may not even use.
"""

import importlib
import sys
from collections.abc import Callable, Mapping, Sequence


def lazy_exports(package: str, exported: Mapping[str, Sequence[str]]) -> Callable[[str], object]:
    """The `__getattr__` of a package (https://peps.python.org/pep-0562/) that exports these names of its modules.

    `exported` has, for each module by its name inside the package, what is exported of it.
    """
    module_of = {name: f"{package}.{module}" for module, names in exported.items() for name in names}

    def import_on_first_use(name: str) -> object:
        if name not in module_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}", name=name, obj=sys.modules[package])
        value: object = getattr(importlib.import_module(module_of[name]), name)
        setattr(sys.modules[package], name, value)  # So that it is asked once for each name.
        return value

    return import_on_first_use
