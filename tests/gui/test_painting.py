"""What paints ends with that, whatever is raised meanwhile."""

import ast

from tests.conftest import REPOSITORY


def test_every_painter_ends_where_painting_does() -> None:
    """One that an error keeps alive paints on a device that may be gone; Qt says so, and then anything may happen."""
    loose = []
    for file in (REPOSITORY / "gui").rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        managed = {
            id(item.context_expr) for node in ast.walk(tree) if isinstance(node, ast.With) for item in node.items
        }
        loose += [
            f"{file.relative_to(REPOSITORY)}:{node.lineno}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "QPainter"
            and id(node) not in managed
        ]
    assert not loose
