"""Requests to language models."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LlmRequest:
    """One request, independent of others.

    `system` is the instruction, `user` the text that it is about. `most_answer_tokens` bounds the answer. With
    `json_answer` the answer is a JSON object, where the server can enforce that; `system` has to request it as well.
    """

    system: str
    user: str
    most_answer_tokens: int
    temperature: float = 0.0
    json_answer: bool = False
