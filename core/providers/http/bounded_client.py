"""An httpx client that reads responses of a bounded size only: a server may be malicious.

httpx itself reads responses of any length, decompresses them to any size, and decodes text with any of Python's codecs
that the response names, some of which fail in unexpected ways.
"""

import httpx

LARGEST_ANSWER_BYTES = 32 * 1024 * 1024
"""Decompressed. The words of two hours of speech, each of them three times in the answer, take a third of this."""

LARGEST_REFUSAL_BYTES = 256 * 1024
"""Of a response that is no success, no more than this is read."""

_RESPONSE_HEADERS = frozenset({b"content-type", b"location", b"retry-after"})
_REQUEST_HEADERS = {"Accept-Encoding": "gzip, deflate"}
_ENCODINGS = frozenset({"identity", "gzip", "x-gzip", "deflate", ""})
"""httpx requests others where it finds their packages; those decompress a few bytes to far more."""


class AnswerTooLarge(httpx.DecodingError):
    """The response is larger than that of any transcript."""


def bounded(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """The client's connections, used for whole answers that aren't too large, without cookies and redirections.

    It holds nothing of its own, so it needn't be closed; the given client is closed by its owner.
    """
    return httpx.AsyncClient(
        transport=_Bounded(client), headers=_REQUEST_HEADERS, trust_env=False, follow_redirects=False
    )


class _Bounded(httpx.AsyncBaseTransport):
    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, read to its end. Raises `AnswerTooLarge` and what httpx raises."""
        response = await self._client.send(request, stream=True, follow_redirects=False)
        try:
            body = await _body_of(response)
        finally:
            await response.aclose()
            self._client.cookies.clear()
        headers = [
            (name, value.partition(b";")[0] if name.lower() == b"content-type" else value)  # Without the charset.
            for name, value in response.headers.raw
            if name.lower() in _RESPONSE_HEADERS
        ]
        return httpx.Response(response.status_code, headers=headers, content=body, request=request)


async def _body_of(response: httpx.Response) -> bytes:
    encodings = response.headers.get_list("content-encoding", split_commas=True)
    if len(encodings) > 1 or not _ENCODINGS.issuperset(encoding.strip().lower() for encoding in encodings):
        raise AnswerTooLarge("compressed more than once, or in a way that wasn't requested", request=response.request)
    pieces: list[bytes] = []
    size_bytes = 0
    async for piece in response.aiter_bytes():
        pieces.append(piece)
        size_bytes += len(piece)
        if not response.is_success and size_bytes > LARGEST_REFUSAL_BYTES:
            break
        if size_bytes > LARGEST_ANSWER_BYTES:
            raise AnswerTooLarge("too large", request=response.request)
    return b"".join(pieces)
