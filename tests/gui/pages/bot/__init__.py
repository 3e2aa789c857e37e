"""Tests of the bot's page, with aiogram's types as the core has them: these tests are the first to import it."""

from core.bot.api.deferred_models import import_types

import_types()
