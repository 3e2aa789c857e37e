"""Where a service or server is, and what its own error codes mean."""

import re
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ErrorCodes:
    """What error codes in a service's responses mean, where the HTTP status alone doesn't say it.

    `model_unavailable_words` match the sentences that mean the same as a code of `model_unavailable`.
    """

    no_credit: frozenset[str] = frozenset()
    model_unavailable: frozenset[str] = frozenset()
    key_refused: frozenset[str] = frozenset()
    model_unavailable_words: tuple[re.Pattern[str], ...] = ()

    def __or__(self, other: "ErrorCodes") -> "ErrorCodes":
        """The codes of both."""
        return ErrorCodes(
            self.no_credit | other.no_credit,
            self.model_unavailable | other.model_unavailable,
            self.key_refused | other.key_refused,
            self.model_unavailable_words + other.model_unavailable_words,
        )


OPENAI_CODES = ErrorCodes(
    no_credit=frozenset({"insufficient_quota", "billing_not_active"}),
    model_unavailable=frozenset({"model_not_found"}),
    key_refused=frozenset({"invalid_api_key"}),
)
"""Also of services that imitate OpenAI's API (https://platform.openai.com/docs/guides/error-codes)."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`name` is what settings and cache keys call the service or server, `title` what people call it."""

    name: str
    title: str
    base_url: str = field(repr=False)
    error_codes: ErrorCodes = OPENAI_CODES
