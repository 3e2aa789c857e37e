"""Ogg taken apart into its pages, to leave some out or give them other times, and put together again."""

import struct

from tests.media_samples import ogg_crc


def pages_of(ogg: bytes) -> list[bytes]:
    """The pages of a file."""
    pages = []
    at = 0
    while at < len(ogg):
        segments = ogg[at + 26]
        length = 27 + segments + sum(ogg[at + 27 : at + 27 + segments])
        pages.append(ogg[at : at + length])
        at += length
    return pages


def granule_of(page: bytes) -> int:
    """The granule position: how much has been said by the end of the page."""
    return int.from_bytes(page[6:14], "little", signed=True)


def with_granule(page: bytes, granule: int) -> bytes:
    """The page at another time."""
    return _summed(page[:6] + struct.pack("<q", granule) + page[14:])


def numbered(pages: list[bytes]) -> bytes:
    """The pages as one file, with numbers that show no loss."""
    return b"".join(_summed(page[:18] + struct.pack("<I", at) + page[22:]) for at, page in enumerate(pages))


def _summed(page: bytes) -> bytes:
    blank = page[:22] + bytes(4) + page[26:]
    return blank[:22] + struct.pack("<I", ogg_crc(blank)) + blank[26:]
