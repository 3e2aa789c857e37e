"""Telegram's Bot API on the loopback, as strict as the real one, with people who talk to the bot.

    async with FakeBotApi() as api, bot_of(api) as bot:   # bot_of is in tests/fakes/bot_api_client.py; or of your own:
        AiohttpSession(api=TelegramAPIServer.from_base(api.url))

        ada = api.person("Ada", language_code="id")    # user id == chat id; .chat is the private chat
        said = ada.send_text("/start")                 # the bot gets an update; what was said is a ChatMessage
        ada.send_voice(data, 12, unique_id="v1")       # send_audio, send_video, send_video_note, send_document,
                                                       # send_photo, send_sticker, send_album([media("voice", …)]),
                                                       # forward, edit, delete; `reply_to=message`, `caption=…`
        ada.send_audio(Synthetic(3_000_000_000), 9000) # large, but nowhere in memory
        answer = await ada.wait_for(lambda message: "Hello" in message.text)   # also group/chat .wait_for(_text)
        answer.text, .caption, .entities, .buttons, .file.data, .reply_to, .is_rich, .editions, .reactions
        query = ada.press(answer, "TXT"); await query.wait_answered()
        ada.block_bot(); ada.unblock_bot(); ada.deactivate()

        team = api.group("Team", bot_status="administrator", forum=True)   # by default a "member"
        team.add(ada, status="creator"); ada.send_text("hi", to=team, thread_id=team.topic("Talks"), anonymous=True)
        team.promote, .remove, .add_bot, .remove_bot (these tell the bot); team.chat is the Chat
        news = api.channel("News", linked=team); news.send_voice(data, 3)  # forwarded into the linked group

        api.requests, api.requests_of("sendMessage")   # Request: method, parameters (decoded), files, at, refused
        api.downloads.made                             # (file_path, first byte, byte after the last)
        await api.wait_for_request("getUpdates"); await api.until(lambda: not api.updates.queue)
        api.complaints                                 # what no careful client does: assert it is empty
        api.fail_next("sendMessage", 429, "Too Many Requests: retry after 3", retry_after=3)
        api.reset_connection_next("sendMessage", after_effect=True)    # it was sent, but the answer is lost
        api.alter("getMe", lambda answer: answer["result"].pop("is_bot"))   # servers that leave things out
        held = api.hang("editMessageText"); await held.reached.wait(); held.release()
        api.cut_next_download(1000); "download" stands for the fetching of a file in all of these, "*" for any
        await api.go_offline(); await api.come_back()  # on the same port, all kept
        api.flood_control.enabled = True; api.knows_rich_messages = False; api.files.forget_paths()
        api.webhook.any_port = True; api.webhook.route("https://bot.example.org", "http://127.0.0.1:1234")
        api.push({"message": {…}})                     # any update; api.updates: .queue .confirmed .repeated
        api.commands[("default", "")]                  # as set; api.queries

Options: `local_folder` makes it a server of one's own (getFile of any size, as a path below the folder, no download);
`privacy_mode` hides from the bot what isn't meant for it in groups; `now` is its clock. Messages and edits are kept for
as long as it lives, so a bot can be killed and started anew, in another process too.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.fakes.bot_api_answers import Answers
from tests.fakes.bot_api_checks import check_token
from tests.fakes.bot_api_downloads import Downloads
from tests.fakes.bot_api_faults import Faults, Interposed
from tests.fakes.bot_api_known import unknown_parameters
from tests.fakes.bot_api_limits import FloodControl
from tests.fakes.bot_api_people import Channel, Group, Person
from tests.fakes.bot_api_sending import Sending
from tests.fakes.bot_api_webhook import WebhookSender
from tests.fakes.bot_api_wire import Refusal, Request, decode, read_parameters
from tests.fakes.bot_api_world import World
from tests.patience import PATIENCE_S

TOKEN = "4839574812:AAFD39kkdpWt3ywyRZergyOLMaJhac60qcK"


class FakeBotApi(Faults):
    """The service; see above. It runs for the time of its `async with`."""

    def __init__(
        self,
        *,
        token: str = TOKEN,
        username: str = "notula_test_bot",
        now: Callable[[], float] = time.time,
        local_folder: Path | None = None,
        privacy_mode: bool = False,
        webhook_retry_s: float = 0.05,
    ) -> None:
        super().__init__()
        self.token = token
        self.requests: list[Request] = []
        bot = {"id": int(token.partition(":")[0]), "is_bot": True, "first_name": "Notula", "username": username}
        self.world = world = World(bot, now, local_folder, privacy_mode=privacy_mode)
        self.files = world.files
        self.updates = world.updates
        self.complaints = world.complaints
        self.commands = world.commands
        self.queries = world.queries
        self.flood_control = FloodControl(now, world.complain)
        self.webhook = WebhookSender(world.updates, now, local=local_folder is not None, retry_after_s=webhook_retry_s)
        self._sending = Sending(world, self.flood_control)
        self._answers = Answers(world)
        self.downloads = Downloads(world.files, token, self)
        self._logged_out = False
        self._port = 0
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None
        self._posting: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """The address, for `TelegramAPIServer.from_base`."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def knows_rich_messages(self) -> bool:
        return self._sending.knows_rich_messages

    @knows_rich_messages.setter
    def knows_rich_messages(self, known: bool) -> None:
        self._sending.knows_rich_messages = known

    def person(self, first_name: str, *, user_id: int | None = None, **more: Any) -> Person:
        """Somebody; `more`: last_name, username, language_code, is_premium."""
        return Person(self.world, self.world.new_user(first_name, user_id, **more))

    def group(self, title: str, *, bot_status: str = "member", kind: str = "supergroup", forum: bool = False) -> Group:
        """A group; `kind` may be "group", which can be upgraded."""
        return Group(self.world, title, bot_status, kind, forum=forum)

    def channel(self, title: str, *, linked: Group | None = None, bot_status: str = "left") -> Channel:
        return Channel(self.world, title, linked, bot_status)

    def push(self, update: dict[str, Any]) -> int:
        """Send the bot any update; it gets an id if it has none."""
        return self.updates.push_raw(update)

    def requests_of(self, method: str) -> list[Request]:
        return [request for request in self.requests if request.method.lower() == method.lower()]

    async def wait_for_request(self, method: str, *, count: int = 1, timeout_s: float = PATIENCE_S) -> Request:
        """The `count`th request of this method (they are noted when they come, before they are answered)."""
        await self.until(lambda: len(self.requests_of(method)) >= count, timeout_s)
        return self.requests_of(method)[count - 1]

    async def until(self, condition: Callable[[], Any], timeout_s: float = PATIENCE_S) -> Any:
        """The first true value of the condition, looked at whenever something changes; else AssertionError."""
        return await self.world.until(condition, timeout_s)

    async def go_offline(self) -> None:
        """Break off all connections and take no new ones."""
        assert self._site is not None
        assert self._runner is not None
        await self._site.stop()
        self._site = None
        if self._runner.server is not None:
            for connection in self._runner.server.connections:
                connection.force_close()

    async def come_back(self) -> None:
        assert self._runner is not None
        self._site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await self._site.start()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=1 << 26)
        app.router.add_get("/file/bot{token}/{path:.+}", self.downloads.answer)
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.0)
        await self._runner.setup()
        await self.come_back()
        self._port = self._runner.addresses[0][1]
        self._posting = asyncio.create_task(self.webhook.run())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._runner is not None
        assert self._posting is not None
        self._posting.cancel()
        await asyncio.wait([self._posting])
        await self._runner.cleanup()
        if not self._posting.cancelled():
            self._posting.result()

    async def _answer(self, http_request: web.Request) -> web.Response:
        method = http_request.match_info["method"]
        fate = self.take(method)
        request: Request | None = None
        try:
            check_token(http_request.match_info["token"], self.token)
            values, files = await read_parameters(http_request)
            peer = http_request.transport.get_extra_info("peername") if http_request.transport else None
            request = Request(method, decode(values), files, self.world.now(), str(peer))
            self.requests.append(request)
            self.world.changes.announce()
            await fate.before(http_request)
            result = await self._result(request)
            await fate.after(http_request)
            answer = {"ok": True, "result": result}
        except Refusal as refusal:
            answer = refusal.as_json()
        except Interposed as interposed:
            return web.Response(status=interposed.status, body=interposed.body, content_type="text/html")
        if request is not None:
            request.answer = answer
            self.world.changes.announce()
        status = 200 if answer["ok"] else answer["error_code"]
        return web.json_response(self.altered(method, answer), status=status)

    async def _result(self, request: Request) -> Any:
        name = request.method.lower()
        if self._logged_out:
            raise Refusal(400, "Logged out")
        if name == "getupdates":
            self._check_parameters(request)
            return await self.updates.get_updates(request)
        method = self._methods().get(name)
        if method is None:
            raise Refusal(404, "Not Found: method not found")
        self._check_parameters(request)
        return method(request)

    def _methods(self) -> Mapping[str, Callable[[Request], Any]]:
        own = {"logout": self._log_out, "close": lambda request: True}
        return {**own, **self._sending.methods, **self._answers.methods, **self.webhook.methods}

    def _check_parameters(self, request: Request) -> None:
        attached = {name for name in request.files if name not in ("document", "certificate", "thumbnail")}
        used = str(request.parameters)
        for name in attached:
            if f"attach://{name}" not in used:
                self.world.complain(f"{request.method} with a file that nothing refers to: {name}")
        if unknown := unknown_parameters(request.method.lower(), set(request.parameters)):
            self.world.complain(f"{request.method} with unknown parameters: {sorted(unknown)}")

    def _log_out(self, request: Request) -> bool:
        self._logged_out = True
        return True
