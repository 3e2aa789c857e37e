"""Tokenizers of OpenAI's, for models whose converter has left theirs out.

`ct2-transformers-converter` copies tokenizer.json only when told to. A model that was trained further has the
vocabulary of OpenAI's, which is compared before one of these is used.
"""

import logging
from collections.abc import Iterable
from pathlib import Path

from core.providers.on_device.models.bundled import BundledModel
from core.providers.on_device.models.download import is_as_pinned
from core.system.private_files import make_folder, open_for_owner

logger = logging.getLogger(__name__)

_TOKENIZER = "tokenizer.json"
_ENGLISH_TOKENS, _MULTILINGUAL_TOKENS = 51_864, 51_865


class SpareTokenizers:
    """Copies, in one folder, of those that came with Notula: its packages may go, and the models stay."""

    def __init__(self, bundled: Iterable[BundledModel], folder: Path) -> None:
        self._bundled = {
            _ENGLISH_TOKENS if one.model.english_only else _MULTILINGUAL_TOKENS: one
            for one in bundled
            if _TOKENIZER in one.pieces
        }
        self._folder = folder

    def of_size(self, tokens: int) -> Path | None:
        """The tokenizer with so many tokens; None where there is none. Blocking."""
        one = self._bundled.get(tokens)
        if one is None:
            return None
        (pinned,) = (file for file in one.model.files if file.name == _TOKENIZER)
        copy = self._folder / f"tokenizer-{tokens}.json"
        try:
            if not copy.is_file() or not is_as_pinned(copy, pinned):
                make_folder(self._folder)
                with open(copy, "wb", opener=open_for_owner) as opened:
                    opened.write(one.pieces[_TOKENIZER][0].read_bytes())
            return copy if is_as_pinned(copy, pinned) else None
        except OSError as error:
            logger.info("%s can't be written: %s", copy, error)
            return None
