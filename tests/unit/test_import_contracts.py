"""The window imports of the core what the list in pyproject.toml allows, and nothing that is new there."""

import tomllib

import pytest
from grimp import ImportGraph

from tests.conftest import REPOSITORY
from tests.import_contracts import AllowListContract

ALLOWED = ["core", "core.config", "core.domain.**"]


def checked(imports: dict[str, str], allowed: list[str]) -> dict[str, list]:
    graph = ImportGraph()
    graph.add_module("gui")
    for importer, module in imports.items():
        graph.add_import(importer=importer, imported=module)
    contract = AllowListContract(
        name="window",
        session_options={"root_packages": ["core", "gui"]},
        contract_options={"importer": "gui", "imported": "core", "allowed": allowed},
    )
    check = contract.check(graph, verbose=False)
    assert check.kept == (not any(check.metadata.values()))
    return check.metadata


KEPT = {"gui.main": "core", "gui.pages.page": "core.config", "gui.window": "core.domain.job"}


def test_what_is_listed_may_be_imported() -> None:
    assert checked(KEPT, ALLOWED) == {"forbidden": [], "unused": []}


@pytest.mark.parametrize("module", ["core.new_folder", "core.new_folder.module", "core.config.settings_file"])
def test_what_is_not_listed_is_forbidden_be_it_new_or_below_what_is_listed(module: str) -> None:
    assert checked(KEPT | {"gui.pages.new": module}, ALLOWED)["forbidden"] == [("gui.pages.new", module)]


def test_other_packages_are_no_matter_of_the_list() -> None:
    imports = KEPT | {"gui.pages.new": "PySide6", "core.app": "core.store", "gui.desktop": "gui.window"}
    assert checked(imports, ALLOWED) == {"forbidden": [], "unused": []}


def test_what_nothing_imports_any_more_is_taken_off_the_list() -> None:
    assert checked(KEPT, [*ALLOWED, "core.export"])["unused"] == ["core.export"]


def test_the_window_has_such_a_contract() -> None:
    options = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["tool"]["importlinter"]
    (contract,) = (one for one in options["contracts"] if one["type"] == "allow_list")
    assert (contract["importer"], contract["imported"]) == ("gui", "core")
    assert not {"core.**", "core.app.**", "core.store.**", "core.providers.**"} & set(contract["allowed"])
