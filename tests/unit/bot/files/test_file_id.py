"""What a file's name in the Bot API tells."""

import pytest

from core.bot.files.file_id import FileLocation, location_in
from tests.fakes.data_centre_file_id import file_id_of


@pytest.mark.parametrize("reference", [b"r" * 21, bytes(29), b"\x00\x01" * 10, b"x" * 300])
@pytest.mark.parametrize("numbers", [(1, 1), (-(2**63), 2**63 - 1), (0, 0), (5_300_000_000_000_000_000, -77)])
def test_it_tells_where_the_file_is(reference: bytes, numbers: tuple[int, int]) -> None:
    assert location_in(file_id_of(4, reference, *numbers)) == FileLocation(4, *numbers, reference)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "A",
        "AgADBAAD0001-v1",
        "AwADBAADbQADwkopSh",
        "ä" * 30,
        "A" * 200,
        file_id_of(4, b"r", 1, 2, kind=2),
        "_" * 60,
    ],
)
def test_any_other_name_tells_nothing(name: str) -> None:
    assert location_in(name) is None


def test_nothing_secret_is_shown() -> None:
    assert "4242" not in repr(FileLocation(4, 7, 4242, b"4242"))
