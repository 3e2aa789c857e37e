"""How many engines this computer runs, and with how many threads."""

_BYTES_PER_CHILD = 1_000_000_000
"""A child with a small model takes about 600 MB; some room is left for the rest of the computer."""

_MOST_THREADS = 8
"""Beyond about so many, Whisper's short matrices keep no more threads busy."""


def default_children(cores: int, workers: int, available_bytes: int) -> int:
    """How many engines to run at once.

    Two processes with a thread each were 1.9 times as fast as one, one process with two threads only 1.1 times, so
    there is a process for each core as far as there is work and memory for it.
    """
    return max(1, min(cores, workers, available_bytes // _BYTES_PER_CHILD))


def default_threads(cores: int, children: int) -> int:
    """How many threads each of so many engines gets: its share of the cores."""
    return max(1, min(_MOST_THREADS, cores // children))
