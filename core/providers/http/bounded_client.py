"""Answers of a bounded size: whoever answers isn't trusted to come to an end, nor to say in which code it writes.

httpx reads whatever comes, unpacks it however large that makes it, and decodes text by any codec of Python's that the
answer names, which for some of them fails in ways that nobody expects.
"""

import httpx

LARGEST_ANSWER_BYTES = 32 * 1024 * 1024
"""Unpacked. The words of two hours of speech, each of them told three times, take a third of this."""

LARGEST_REFUSAL_BYTES = 256 * 1024
"""What comes after this of an answer that is no success isn't read."""

_KEPT_HEADERS = frozenset({b"content-type", b"location", b"retry-after"})
_ASKED = {"Accept-Encoding": "gzip, deflate"}
_PACKINGS = frozenset({"identity", "gzip", "x-gzip", "deflate", ""})
"""Others httpx asks for where it finds the packages for them; they can make far more of a few bytes."""


class AnswerTooLarge(httpx.DecodingError):
    """There is more of an answer than there can be of any transcript."""


def bounded(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """The client's connections, used for whole answers that aren't too large, without cookies and redirections.

    It holds nothing of its own, so it needn't be closed; the client has to be closed by whoever has made it.
    """
    return httpx.AsyncClient(transport=_Bounded(client), headers=_ASKED, trust_env=False, follow_redirects=False)


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
            (name, value.partition(b";")[0] if name.lower() == b"content-type" else value)  # Without the code.
            for name, value in response.headers.raw
            if name.lower() in _KEPT_HEADERS
        ]
        return httpx.Response(response.status_code, headers=headers, content=body, request=request)


async def _body_of(response: httpx.Response) -> bytes:
    packings = response.headers.get_list("content-encoding", split_commas=True)
    if len(packings) > 1 or not _PACKINGS.issuperset(packing.strip().lower() for packing in packings):
        raise AnswerTooLarge("packed more than once, or in a way that wasn't asked for", request=response.request)
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
