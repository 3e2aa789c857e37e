"""Folders that import what they export when it is first used: all of it is there, and starting loads little."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from core.lazy_exports import lazy_exports

LAZY = ("core.domain", "core.export", "core.media", "core.providers")


def told_to_type_checkers(package: str) -> dict[str, str]:
    """The module of each name that the package imports for type checkers only."""
    source = Path(str(importlib.import_module(package).__file__)).read_text(encoding="utf-8")
    (block,) = (node for node in ast.parse(source).body if isinstance(node, ast.If))
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    return {alias.name: str(node.module) for node in imports for alias in node.names}


@pytest.mark.parametrize("package", LAZY)
def test_each_name_is_what_type_checkers_take_it_for(package: str) -> None:
    module_of = told_to_type_checkers(package)
    exporting = importlib.import_module(package)
    assert set(exporting.__all__) == set(module_of)
    for name, module in module_of.items():
        assert getattr(exporting, name) is getattr(importlib.import_module(module), name)


def test_a_name_that_is_not_exported_is_missing_as_in_any_module() -> None:
    with pytest.raises(ImportError, match=r"cannot import name 'Nonsense' from 'core[.]domain'"):
        from core.domain import Nonsense  # type: ignore[attr-defined]  # noqa: F401
    assert not hasattr(importlib.import_module("core.media"), "Nonsense")


def test_the_module_of_a_name_is_imported_when_the_name_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    package = type(sys)("somewhere")
    module = type(sys)("somewhere.inside")
    module.Thing = object()  # type: ignore[attr-defined]
    imported: list[str] = []
    monkeypatch.setitem(sys.modules, "somewhere", package)
    monkeypatch.setattr(importlib, "import_module", lambda name: (imported.append(name), module)[1])
    package.__getattr__ = lazy_exports("somewhere", {"inside": ("Thing",)})  # type: ignore[method-assign]
    assert imported == []
    assert package.Thing is module.Thing  # type: ignore[attr-defined]
    assert package.Thing is module.Thing  # type: ignore[attr-defined]
    assert imported == ["somewhere.inside"]


@pytest.mark.parametrize(
    ("child", "needless"),
    [
        ("core.media.child.decoder", {"asyncio", "aiohttp", "core.media.decoder", "core.domain.job"}),
        ("core.media.child.encoder", {"asyncio", "aiohttp", "core.media.encoder", "core.domain.job"}),
        ("core.providers.on_device.whisper.child", {"asyncio", "aiohttp", "httpx", "core.providers.registry"}),
        ("core.providers.on_device.voices.child", {"asyncio", "aiohttp", "httpx", "core.providers.registry"}),
    ],
)
def test_a_child_process_loads_nothing_of_its_parent(child: str, needless: set[str]) -> None:
    script = f"import core.system.child_entry, {child}, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True)
    assert child in loaded.stdout.split()
    assert needless & set(loaded.stdout.split()) == set()


def test_a_start_that_only_hands_its_files_over_loads_nothing_of_a_window() -> None:
    script = "import gui.main, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert "gui.main" in loaded
    assert {"asyncio", "logging", "plistlib", "pydantic", "subprocess", "PySide6"} & set(loaded) == set()
