"""Tests of the bot, with aiogram's types as `notula bot` has them where nothing else has imported them before."""

from core.bot.api.deferred_models import import_types

import_types()
