"""Fetching files: `/file/bot<token>/<file_path>`, whole or in ranges."""

import re

from aiohttp import web

from tests.fakes.bot_api_checks import check_token
from tests.fakes.bot_api_faults import DOWNLOAD, Faults, reset
from tests.fakes.bot_api_files import Files
from tests.fakes.bot_api_wire import Refusal

_RANGE = re.compile(r"bytes=(\d+)-(\d*)$")


class Downloads:
    """Gives away the files that getFile has told the paths of. `made`: path, first byte, the one after the last."""

    def __init__(self, files: Files, token: str, faults: Faults) -> None:
        self._files = files
        self._token = token
        self._faults = faults
        self.made: list[tuple[str, int, int]] = []

    async def answer(self, request: web.Request) -> web.StreamResponse:
        fate = self._faults.take(DOWNLOAD)
        try:
            check_token(request.match_info["token"], self._token)
            await fate.before(request)
            stored = self._files.by_path(request.match_info["path"])
            if stored is None:
                raise Refusal(404, "Not Found")
        except Refusal as refusal:
            return web.json_response(refusal.as_json(), status=refusal.error_code)
        size = stored.content.size_bytes
        start, stop, status = 0, size, 200
        headers = {"Content-Type": "application/octet-stream", "Accept-Ranges": "bytes"}
        if asked := _RANGE.match(request.headers.get("Range", "")):
            start, stop, status = int(asked[1]), min(int(asked[2] or size) + 1, size), 206
            if start >= size:
                return web.Response(status=416, headers={"Content-Range": f"bytes */{size}"})
            headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
        self.made.append((stored.path, start, stop))
        response = web.StreamResponse(status=status, headers=headers)
        response.content_length = stop - start
        await response.prepare(request)
        if fate.cut_after_bytes is not None:
            await response.write(stored.content.read(start, start + fate.cut_after_bytes))
            reset(request)
            raise ConnectionResetError
        for chunk in stored.chunks(start, stop):
            await response.write(chunk)
        await fate.after(request)
        await response.write_eof()
        return response
