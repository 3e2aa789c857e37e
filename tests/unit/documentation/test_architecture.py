"""docs/ARCHITECTURE.md names every folder of the sources, and the floors that the import contracts keep."""

import tomllib

from tests.unit.documentation.pages import REPOSITORY, code_spans, fail_with

PAGE = "docs/ARCHITECTURE.md"


def test_every_folder_of_the_sources_is_named() -> None:
    named = {span.text for span in code_spans(PAGE)}
    folders = {
        file.parent.relative_to(REPOSITORY).as_posix()
        for root in ("core", "gui")
        for file in (REPOSITORY / root).rglob("__init__.py")
    }
    fail_with(
        f"{PAGE} names no `{folder}/`, nor a file in it. Say in the table of floors what lives there."
        for folder in sorted(folders)
        if not any(text.startswith(f"{folder}/") for text in named)
    )


def test_the_floors_are_those_of_the_import_contracts() -> None:
    contracts = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (floors,) = [
        contract["layers"]
        for contract in contracts
        if contract["type"] == "layers" and contract["containers"] == ["core"]
    ]
    kept = [{f"core.{name.strip()}" for name in floor.split("|")} for floor in floors]
    rows: dict[int, set[str]] = {}
    for line in (REPOSITORY / PAGE).read_text(encoding="utf-8").splitlines():
        number, *cells = [cell.strip() for cell in line.strip("|").split("|")]
        if number.isdecimal():
            folders = cells[0].replace("`", "").split(", ")
            names = {folder.removesuffix("/").removesuffix(".py").replace("/", ".") for folder in folders}
            rows.setdefault(int(number), set()).update(names)
    told = [rows[number] for number in sorted(rows, reverse=True)]
    fail_with(
        f"{PAGE}, floors from the top, floor {position}: it has {', '.join(sorted(there)) or 'nothing'}, but "
        f"pyproject.toml has {', '.join(sorted(wanted)) or 'nothing'}. Mend the table, with as many floors as there."
        for position, (wanted, there) in enumerate(
            zip(kept, [*told, *[set[str]()] * (len(kept) - len(told))], strict=False), 1
        )
        if wanted != there
    )
