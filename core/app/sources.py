"""Opening a recording by what a job knows of it."""

from core.app.bot_host import TELEGRAM
from core.app.bot_service import BotService
from core.domain import SourceReference
from core.media import FileSource, HttpSources, MediaSource
from core.media.discovery import HTTP


class Sources:
    """Opens files, web addresses and what was sent to the bot. Closes neither the bot nor the connections."""

    def __init__(self, bot: BotService, web: HttpSources) -> None:
        self._bot = bot
        self._web = web

    async def open(self, reference: SourceReference) -> MediaSource:
        """The recording, to be closed by the caller. Raises `SourceError` and its children, and `BotOff`."""
        if reference.kind == TELEGRAM:
            return await self._bot.open(reference.location, reference.name)
        if reference.kind == HTTP:
            return await self._web.open(reference.location, reference.name)
        return await FileSource.open(reference.location, reference.name)
