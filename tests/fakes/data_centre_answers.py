"""What a data centre answers to requests under a key, as strict as Telegram's."""

import os
import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from telethon.tl import functions, types
from telethon.tl.alltlobjects import LAYER
from telethon.tl.tlobject import TLObject

from tests.fakes.data_centre_world import KeptFile, Refusal, World

_LARGEST_PART_BYTES = 1024 * 1024
_FORBIDDEN_TO_BOTS = (functions.messages.GetHistoryRequest, functions.messages.SearchRequest)


class Answers:
    """Answers of the data centre `number`. Who is logged in is known by the number of the key."""

    def __init__(self, number: int, world: World) -> None:
        self._number = number
        self._world = world
        self._logged_in: set[int] = set()
        self._introduced: set[int] = set()
        self._by_request: dict[type, Callable[[int, Any], TLObject | bytes]] = {
            functions.help.GetConfigRequest: self._config,
            functions.users.GetUsersRequest: self._users,
            functions.auth.ImportBotAuthorizationRequest: self._log_in,
            functions.auth.ExportAuthorizationRequest: self._export,
            functions.auth.ImportAuthorizationRequest: self._import,
            functions.updates.GetStateRequest: self._state,
            functions.updates.GetDifferenceRequest: self._difference,
            functions.messages.GetMessagesRequest: self._messages,
            functions.channels.GetMessagesRequest: self._channel_messages,
            functions.upload.GetFileRequest: self._part,
        }

    def forget(self) -> None:
        """Log everybody out."""
        self._logged_in.clear()

    def answer(self, key_id: int, request: Any) -> bytes:
        """The answer as it is written. Raises `Refusal`."""
        if isinstance(request, functions.InvokeWithLayerRequest):
            if request.layer != LAYER:
                raise Refusal(400, "CONNECTION_LAYER_INVALID")
            return self.answer(key_id, request.query)
        if isinstance(request, functions.InvokeWithoutUpdatesRequest):
            return self.answer(key_id, request.query)
        if isinstance(request, functions.InitConnectionRequest):
            if request.api_id not in self._world.applications:
                raise Refusal(400, "API_ID_INVALID")
            self._introduced.add(key_id)
            return self.answer(key_id, request.query)
        if key_id not in self._introduced:
            raise Refusal(400, "CONNECTION_NOT_INITED")
        if isinstance(request, _FORBIDDEN_TO_BOTS):
            raise Refusal(400, "BOT_METHOD_INVALID")
        by_request = self._by_request.get(type(request))
        if by_request is None:
            raise Refusal(400, "INPUT_METHOD_INVALID")
        self._world.asked[type(request).__name__.removesuffix("Request")] += 1
        answer = by_request(key_id, request)
        return answer if isinstance(answer, bytes) else bytes(answer)

    def _config(self, key_id: int, request: Any) -> TLObject:
        options = [types.DcOption(number, *address) for number, address in self._world.addresses.items()]
        now = datetime.now(UTC)
        expires = now + timedelta(hours=1)
        numbers = dict.fromkeys(_NUMBERS_OF_CONFIG.split(), 0)
        return types.Config(now, expires, True, self._number, options, "", me_url_prefix="", **numbers)

    def _users(self, key_id: int, request: Any) -> bytes:
        self._check_login(key_id)
        return _vector([self._world.bot()])

    def _log_in(self, key_id: int, request: Any) -> TLObject:
        if self._world.applications.get(request.api_id) != request.api_hash:
            raise Refusal(400, "API_ID_INVALID")
        if request.bot_auth_token != self._world.token:
            raise Refusal(400, "ACCESS_TOKEN_INVALID")
        if self._number != self._world.home:
            raise Refusal(303, f"USER_MIGRATE_{self._world.home}")
        self._logged_in.add(key_id)
        return types.auth.Authorization(self._world.bot())

    def _export(self, key_id: int, request: Any) -> TLObject:
        self._check_login(key_id)
        if request.dc_id == self._number or request.dc_id not in self._world.addresses:
            raise Refusal(400, "DC_ID_INVALID")
        ticket = os.urandom(32)
        self._world.exported[self._world.bot_id, ticket] = request.dc_id
        return types.auth.ExportedAuthorization(self._world.bot_id, ticket)

    def _import(self, key_id: int, request: Any) -> TLObject:
        if self._world.exported.pop((request.id, request.bytes), None) != self._number:
            raise Refusal(400, "AUTH_BYTES_INVALID")
        self._logged_in.add(key_id)
        return types.auth.Authorization(self._world.bot())

    def _state(self, key_id: int, request: Any) -> TLObject:
        self._check_login(key_id)
        return types.updates.State(1, 0, datetime.now(UTC), 1, 0)

    def _difference(self, key_id: int, request: Any) -> TLObject:
        self._check_login(key_id)
        return types.updates.DifferenceEmpty(datetime.now(UTC), 1)

    def _messages(self, key_id: int, request: Any) -> TLObject:
        self._check_login(key_id)
        found = [self._world.message(0, wanted.id) for wanted in request.id]
        return types.messages.Messages(found, [], [], [])

    def _channel_messages(self, key_id: int, request: Any) -> TLObject:
        self._check_login(key_id)
        if request.channel.access_hash:  # A bot may leave it out, and knows none from the Bot API.
            raise Refusal(400, "CHANNEL_INVALID")
        found = [self._world.message(request.channel.channel_id, wanted.id) for wanted in request.id]
        return types.messages.ChannelMessages(1, len(found), found, [], [], [])

    def _part(self, key_id: int, request: Any) -> TLObject:
        self._check_login(key_id)
        file = self._file(request.location)
        _check_part(request)
        if self._world.faults.refusals:
            raise Refusal(*self._world.faults.refusals.popleft())
        if file.data_centre != self._number:
            raise Refusal(303, f"FILE_MIGRATE_{file.data_centre}")
        if request.location.file_reference != file.reference:
            raise Refusal(400, "FILE_REFERENCE_EXPIRED" if request.location.file_reference else "FILE_REFERENCE_EMPTY")
        self._world.parts.append((self._number, request.offset, request.limit))
        data = file.content.read(request.offset, request.offset + request.limit)
        return types.upload.File(types.storage.FilePartial(), 0, data)

    def _file(self, location: Any) -> KeptFile:
        if not isinstance(location, types.InputDocumentFileLocation) or location.thumb_size:
            raise Refusal(400, "LOCATION_INVALID")
        file = self._world.files.get(location.id)
        if file is None or file.access_hash != location.access_hash:
            raise Refusal(400, "LOCATION_INVALID")
        return file

    def _check_login(self, key_id: int) -> None:
        if key_id not in self._logged_in:
            raise Refusal(401, "AUTH_KEY_UNREGISTERED")


def _check_part(request: Any) -> None:
    """https://core.telegram.org/api/files#downloading-files"""
    step = 1024 if request.precise else 4096
    if request.offset < 0 or request.offset % step:
        raise Refusal(400, "OFFSET_INVALID")
    if not 0 < request.limit <= _LARGEST_PART_BYTES or request.limit % step:
        raise Refusal(400, "LIMIT_INVALID")
    if not request.precise and _LARGEST_PART_BYTES % request.limit:
        raise Refusal(400, "LIMIT_INVALID")
    if request.offset // _LARGEST_PART_BYTES != (request.offset + request.limit - 1) // _LARGEST_PART_BYTES:
        raise Refusal(400, "LIMIT_INVALID")


def _vector(items: list[TLObject]) -> bytes:
    return struct.pack("<Ii", 0x1CB5C415, len(items)) + b"".join(bytes(item) for item in items)


_NUMBERS_OF_CONFIG = (
    "chat_size_max megagroup_size_max forwarded_count_max online_update_period_ms offline_blur_timeout_ms "
    "offline_idle_timeout_ms online_cloud_timeout_ms notify_cloud_delay_ms notify_default_delay_ms "
    "push_chat_period_ms push_chat_limit edit_time_limit revoke_time_limit revoke_pm_time_limit rating_e_decay "
    "stickers_recent_limit channels_read_media_period call_receive_timeout_ms call_ring_timeout_ms "
    "call_connect_timeout_ms call_packet_timeout_ms caption_length_max message_length_max webfile_dc_id"
)
