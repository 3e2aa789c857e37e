"""How many examples a property test tries that is slower, or has more to try, than others."""

from hypothesis import settings

_SEARCH = 1000


def share_of_examples(share: float) -> int:
    """A share of the examples that the chosen profile asks for, so that a search for more of them is one here, too."""
    return max(1, round(settings().max_examples * share))


def every_place(usual: int) -> int:
    """Of places that a test tries by itself it takes each `usual`th; all where a search for more was asked for."""
    return 1 if settings().max_examples >= _SEARCH else usual
