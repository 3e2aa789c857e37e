"""How many examples a property test tries that is slower, or has more to try, than others."""

from hypothesis import settings


def share_of_examples(share: float) -> int:
    """A share of the examples that the chosen profile asks for, so that a search for more of them is one here, too."""
    return max(1, round(settings().max_examples * share))
