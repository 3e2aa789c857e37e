"""The result of one check of `notula doctor`, which the help page shows, too."""

from dataclasses import dataclass
from enum import StrEnum

from core.domain.translatable_text import TranslatableText


class CheckResult(StrEnum):
    """How a check ended. A warning leaves Notula usable."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: what was found, and what to do where it isn't well."""

    subject: TranslatableText
    result: CheckResult
    finding: TranslatableText
    advice: TranslatableText | None = None
