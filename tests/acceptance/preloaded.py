"""What the process imports that others are forked from: all that `notula` may need, as `notula` imports it."""

import gc

from core.bot.api import deferred_models

deferred_models.import_types()  # Before anything imports aiogram, as `core.app.bot_service` does it.

import tests.acceptance.forks  # noqa: E402
import tests.acceptance.headless  # noqa: E402
import tests.acceptance.mortal_queue  # noqa: E402, F401

gc.collect()
gc.freeze()  # A fork that looks for cycles in what it shares with its siblings would copy all of it.
