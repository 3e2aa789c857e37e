"""`notula doctor`: what works on this computer and what doesn't."""

import sys

from core.cli.terminal import Terminal
from core.domain import CheckResult, mark

SIGNS = {CheckResult.OK: "✓", CheckResult.WARNING: "!", CheckResult.PROBLEM: "✗"}
WORDS = {
    CheckResult.OK: mark("[ok]"),
    CheckResult.WARNING: mark("[warning]"),
    CheckResult.PROBLEM: mark("[problem]"),
}
"""The signs in a pipe, where a script or a mail may not know them."""


async def print_check_up(terminal: Terminal) -> int:
    """One line a check, with advice under it where there is some."""
    from core.doctor import check_up

    def sign(result: CheckResult) -> str:
        return SIGNS[result] if sys.stdout.isatty() else terminal.tr(WORDS[result])

    for problem in terminal.unusable:
        terminal.say(f"{sign(CheckResult.PROBLEM)} {terminal.tr('Settings')}: {terminal.tr.message(problem)}")
    checks = await check_up(terminal.folders, terminal.settings)
    for check in checks:
        terminal.say(f"{sign(check.result)} {terminal.tr.message(check.subject)}: {terminal.tr.message(check.finding)}")
        if check.advice:
            terminal.say(f"    {terminal.tr.message(check.advice)}")
    return 1 if terminal.unusable or any(check.result is CheckResult.PROBLEM for check in checks) else 0
