"""The root of the tree of errors that a person may see."""

from typing import ClassVar

from core.domain.translatable_text import TranslatableText, TranslatableValue, mark
from core.domain.window_page import WindowPage


class NotulaError(Exception):
    """A failure that a person is told about.

    `sentence` is the English template; `values` fill its placeholders. `retry_after_s` is the least time in seconds
    before another attempt makes sense, where a server named one.
    """

    sentence: ClassVar[str] = mark("Something went wrong. The log has the details.")
    transient: ClassVar[bool] = False
    """Whether another attempt may succeed; `core.concurrency.retry` decides whether and when there is one."""
    max_attempts: ClassVar[int | None] = None
    """How often an operation that fails with this error is tried in all, where that is less than usual."""
    sentence_while_retrying: ClassVar[str] = ""
    """Shown instead of `sentence` while Notula is about to retry by itself; empty where `sentence` fits then, too."""
    is_retried_indefinitely: ClassVar[bool] = False
    """Whether the cause lies outside of the recording: it is retried without a limit, and no attempt is counted."""

    page: ClassVar[WindowPage | None] = None
    """The page of the window on which the cause can be mended."""

    def __init__(self, *, retry_after_s: float | None = None, **values: TranslatableValue) -> None:
        self.message = TranslatableText(self.sentence, values)
        self.message_while_retrying = TranslatableText(self.sentence_while_retrying or self.sentence, values)
        self.retry_after_s = retry_after_s
        self.retries_exhausted = False
        """Set by the layer that has retried already, so that the layers above it don't retry again."""
        super().__init__(str(self.message))


class ProxyUnusable(NotulaError):
    """The system names a proxy of a kind that can't be spoken with; nothing goes past it."""

    sentence = mark(
        "The internet can't be reached: the proxy that {variable} or the system's settings name can't be used. Its "
        "address has to begin with http:// or https://."
    )


class InternalError(NotulaError):
    """A bug of ours; the traceback is in the log."""

    sentence = mark("Notula made a mistake with this recording. The log has the details; please try again.")
