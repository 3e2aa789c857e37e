"""A contract for import-linter that it doesn't have itself: a list of all that one package may import of another.

pyproject.toml names it under `contract_types`; https://import-linter.readthedocs.io/en/stable/custom_contract_types/.
"""

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class AllowListContract(Contract):
    """`importer` imports of `imported` only the `allowed` modules, directly.

    `core.config` stands for this one module (a package's `__init__`), `core.domain.**` for it and all below it. What
    isn't listed is forbidden, so a new folder is too; what is listed and not imported by anything breaks the contract.
    """

    type_name = "allow_list"

    importer = fields.StringField()
    imported = fields.StringField()
    allowed = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        importers = {self.importer, *graph.find_descendants(self.importer)}
        imports = sorted(
            (one, module)
            for one in importers
            for module in graph.find_modules_directly_imported_by(one)
            if _is_within(module, self.imported)
        )
        forbidden = [(one, module) for one, module in imports if not any(_fits(module, rule) for rule in self.allowed)]
        unused = [rule for rule in self.allowed if not any(_fits(module, rule) for _, module in imports)]
        return ContractCheck(kept=not (forbidden or unused), metadata={"forbidden": forbidden, "unused": unused})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, module in check.metadata["forbidden"]:
            output.print_error(f"{importer} imports {module}, which isn't in the list of what it may import.")
        for rule in check.metadata["unused"]:
            output.print_error(f"Nothing imports {rule} any more: take it off the list.")


def _fits(module: str, rule: str) -> bool:
    return _is_within(module, rule.removesuffix(".**")) if rule.endswith(".**") else module == rule


def _is_within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")
