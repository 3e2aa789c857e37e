"""What the process imports that others are forked from: all that `notula` may need, as `notula` imports it."""

import gc
import importlib
import os

from core.bot.api import deferred_models

deferred_models.import_types()  # Before anything imports aiogram, as `core.app.bot_service` does it.
os.environ["OPENBLAS_NUM_THREADS"] = "1"  # Its threads would not be in a fork.

import tests.acceptance.forks  # noqa: E402
import tests.acceptance.headless  # noqa: E402
import tests.acceptance.mortal_queue  # noqa: E402
import tests.acceptance.mortal_watching  # noqa: E402, F401
from tests.codec_forks import CODECS  # noqa: E402

for codec in CODECS:
    importlib.import_module(codec)

gc.collect()
gc.freeze()  # A fork that looks for cycles in what it shares with its siblings would copy all of it.
