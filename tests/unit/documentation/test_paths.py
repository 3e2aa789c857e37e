"""What the documentation names of the source tree is there: files, folders, modules, classes and functions."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.unit.documentation.pages import REPOSITORY, Found, code_blocks, code_spans, fail_with, pages

MADE_BY_NOTULA = {
    "instances/",
    "models/",
    "notula.db",
    "notula.db-wal",
    "notula.log",
    "settings.toml",
    "speeds.json",
    "telegram-sessions/",
    "keys.json",
    "voices.json",
    "window.json",
}
"""Files and folders that a running Notula makes, or a person, outside the project's folder."""

MADE_BY_MAKE = {".venv", ".venv/bin/notula", ".venv/bin/python", ".venv/bin/activate", "build/"}

_ENDINGS = r"py|md|toml|lock|in|txt|po|mo|qss|svg|png|wav|conf|sqlite3|json|db|log|service|yml"
_PATH = re.compile(rf"[\w.@<>*-]+(/[\w.@<>*-]+)+/?|[\w.@<>*-]+/|[\w<>*-]+\.({_ENDINGS})")
_NO_PATH = re.compile(r"[\w.-]+\.(org|com|net)/.*|[a-z]{2}/[a-z]{2}|\d+/\d+|text/\w+")
_MODULE = re.compile(r"(core|gui|resources|tests)(\.\w+)+")
_NAME = re.compile(r"(?P<owner>_?[A-Z]\w*[a-z]\w*)(\.(?P<member>\w+))?(\(\))?|(?P<function>[a-z_]\w+)\(\)")
_SNAKE_CASE = re.compile(r"[a-z0-9]+(_[a-z0-9]+)+")

_NOT_OURS = {"Retry-After", "X-Forwarded-For", "Containerfile", "TaskGroup", "Makefile"}
"""Names in capitals that others have given."""


def test_every_path_in_backticks_exists() -> None:
    fail_with(
        f"{span}, which does not exist. Write the path as it is now, from the project's folder, with <name> for a part "
        "that is free; or, if Notula makes that file, add it to MADE_BY_NOTULA in this test."
        for span in code_spans()
        if _is_path(span.text) and not _exists(span.text)
    )


def test_every_link_leads_somewhere() -> None:
    anchors = {(REPOSITORY / page.name).resolve(): page.anchors for page in pages()}
    problems = []
    for page in pages():
        for link in page.links:
            path, _, anchor = link.text.partition("#")
            if "://" in path:
                continue
            target = (page.folder / path).resolve() if path else (REPOSITORY / page.name).resolve()
            if not target.exists():
                problems.append(f"{link} in a link, and that file does not exist. Mend the link.")
            elif anchor and anchor not in anchors.get(target, ()):
                problems.append(f"{link} in a link, and that page has no such heading. Mend the part behind the #.")
    fail_with(problems)


def test_every_module_exists() -> None:
    fail_with(
        f"{found}, which is no module, and no name in one. Write the name that it has now."
        for found in (*code_spans(), *_modules_that_are_run())
        if _MODULE.fullmatch(found.text) and not _is_importable(found.text)
    )


def test_every_class_and_function_exists() -> None:
    problems = []
    for span in code_spans("docs/ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"):
        match = _NAME.fullmatch(span.text)
        if not match or span.text in _NOT_OURS:
            continue
        owner, member, function = match["owner"], match["member"], match["function"]
        is_known = function in _functions() if function else owner in _classes()
        if member:
            is_known = member in _classes().get(owner, frozenset())
        if not is_known:
            problems.append(f"{span}, and the sources define no such name. Write the name that it has now.")
    fail_with(problems)


def test_every_name_with_an_underscore_is_in_the_sources() -> None:
    """Settings, fields of documents, arguments: a name that no source holds is one that was changed."""
    fail_with(
        f"{span}, which no source file holds. Write the name that it has now."
        for span in code_spans()
        if _SNAKE_CASE.fullmatch(span.text) and span.text not in _words()
    )


def _is_path(text: str) -> bool:
    return bool(_PATH.fullmatch(text)) and not text.startswith("~") and not _NO_PATH.fullmatch(text)


def _exists(path: str) -> bool:
    if path in MADE_BY_NOTULA or path in MADE_BY_MAKE:
        return True
    pattern = re.sub(r"<\w+>", "*", path).rstrip("/")
    if "*" in pattern:
        return any(REPOSITORY.glob(pattern))
    found = REPOSITORY / pattern
    return found.is_dir() if path.endswith("/") else found.exists()


def _modules_that_are_run() -> Iterator[Found]:
    texts = [(span.page, span.line, span.text) for span in code_spans()]
    texts += [(block.page, block.line, block.text) for block in code_blocks()]
    for page, line, text in texts:
        for match in re.finditer(r"python -m ((?:core|gui|resources|tests)\S*)", text):
            yield Found(page, line, match[1])


def _is_importable(name: str) -> bool:
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        stem = REPOSITORY.joinpath(*parts[:length])
        file = stem / "__init__.py" if stem.is_dir() else stem.with_suffix(".py")
        if file.exists():
            names = parts[length:]
            return not names or re.search(rf"\b{re.escape(names[0])}\b", file.read_text(encoding="utf-8")) is not None
    return False


@cache
def _sources() -> tuple[str, ...]:
    folders = (REPOSITORY / name for name in ("core", "gui", "resources", "tests", "packaging"))
    here = Path(__file__)
    return tuple(
        file.read_text(encoding="utf-8")
        for folder in folders
        for file in sorted(folder.rglob("*.py"))
        if file.parent != here.parent
    )


@cache
def _words() -> frozenset[str]:
    return frozenset(word for source in _sources() for word in re.findall(r"\w+", source))


@cache
def _functions() -> frozenset[str]:
    return frozenset(name for source in _sources() for name in re.findall(r"\bdef (\w+)", source))


@cache
def _classes() -> dict[str, frozenset[str]]:
    """Classes, with the names of their methods, fields and attributes."""
    members: dict[str, frozenset[str]] = {}
    for source in _sources():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ClassDef):
                members[node.name] = members.get(node.name, frozenset()) | frozenset(_members(node))
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for name in targets:
                    if isinstance(name, ast.Name):
                        members.setdefault(name.id, frozenset())
    return members


def _members(node: ast.ClassDef) -> Iterator[str]:
    for child in node.body:
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield child.name
        elif isinstance(child, ast.AnnAssign) and isinstance(child.target, ast.Name):
            yield child.target.id
        elif isinstance(child, ast.Assign):
            yield from (target.id for target in child.targets if isinstance(target, ast.Name))
