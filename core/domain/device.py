"""What an on-device engine computes with."""

from dataclasses import dataclass

GRAPHICS_CARD = "CUDA"
PROCESSOR = "CPU"


@dataclass(frozen=True, slots=True)
class Device:
    """`name` is `CPU` or `CUDA`, `compute_type` as CTranslate2 calls it; `threads` is for each engine, 0 on a card."""

    name: str
    compute_type: str
    threads: int = 0

    @property
    def is_graphics_card(self) -> bool:
        """Whether it is not the processor."""
        return self.name == GRAPHICS_CARD

    def __str__(self) -> str:
        """For a log: `CPU (4 threads, int8)`."""
        threads = f"{self.threads} threads, " if self.threads > 1 else "1 thread, " if self.threads else ""
        return f"{self.name} ({threads}{self.compute_type})"
