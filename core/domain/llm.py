"""What a language model is asked."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LlmRequest:
    """One question, which needs no other to be understood.

    `system` says what to do, `user` is what to do it with. `most_answer_tokens` stops a model that doesn't find an
    end. With `json_answer` the answer is a JSON object, as far as the model can be made to write one; `system` has to
    ask for it in any case.
    """

    system: str
    user: str
    most_answer_tokens: int
    temperature: float = 0.0
    json_answer: bool = False
