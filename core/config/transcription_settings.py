"""What a person may set about how speech becomes text."""

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic.config import JsonDict

from core.domain import TranscriptionOptions, mark
from core.domain.languages import language_code
from core.domain.options import RECOGNIZED
from core.domain.speakers import MOST_PEOPLE
from core.domain.window_page import WindowPage

_TRANSCRIPTION: JsonDict = {"restricts": False, "section": "transcription"}


class TranscriptionSettings(BaseModel):
    """The settings for transcriptions."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)

    model: str = Field(
        "auto",
        title=mark("Model"),
        description=mark(
            "Larger models make fewer mistakes and take longer. Models without .en know many languages. Automatic "
            "takes the best one here for the language that is spoken."
        ),
        pattern=r"^[A-Za-z0-9._-]{1,64}$",
        json_schema_extra={
            "restricts": False,
            "section": "models",
            "rule": mark("letters, digits, dots, - and _, 64 at most"),
        },
    )
    language: str = Field(
        RECOGNIZED,
        title=mark("Spoken language"),
        description=mark("Naming it saves a wrong guess on short recordings."),
        json_schema_extra={
            **_TRANSCRIPTION,
            "rule": mark("auto, or a language's code or name, such as id, en-US or Indonesian"),
        },
    )
    beam_size: int = Field(
        5,
        ge=1,
        le=10,
        title=mark("Search width"),
        description=mark("How many readings the model weighs at each word: 1 is fastest, 5 is the usual choice."),
        json_schema_extra={**_TRANSCRIPTION, "advanced": True},
    )
    word_timestamps: bool = Field(
        True,
        title=mark("Time of every word"),
        description=mark("Transcripts and JSON exports hold the time of every single word."),
        json_schema_extra={**_TRANSCRIPTION, "advanced": True},
    )
    vocabulary: tuple[str, ...] = Field(
        (),
        title=mark("Names and terms"),
        description=mark("What may be said and is hard to guess, with commas; who transcribes is told them."),
        json_schema_extra={
            **_TRANSCRIPTION,
            "rule": mark("words and terms, with commas"),
            "kind": "words",
        },
    )
    speakers: bool = Field(
        False,
        title=mark("Tell speakers apart"),
        description=mark(
            "By voice, on this computer: that needs the model voices (34 MB), which is listed under Models on this "
            "computer. Without it, providers that can tell speakers apart are asked first; the others leave it out."
        ),
        json_schema_extra={**_TRANSCRIPTION, "page": WindowPage.MODELS},
    )
    people: int = Field(
        0,
        ge=0,
        le=MOST_PEOPLE,
        title=mark("How many people speak"),
        description=mark("Where speakers are told apart on this computer. Automatic: as many as are heard."),
        json_schema_extra={**_TRANSCRIPTION, "zero": mark("Automatic")},
    )
    to_english: bool = Field(
        False,
        title=mark("Translate into English"),
        description=mark("The text is written in English whatever is spoken, by providers that can do so."),
        json_schema_extra=_TRANSCRIPTION,
    )

    @field_validator("language", mode="before")
    @classmethod
    def _name_by_code(cls, value: object) -> object:
        """Languages are kept by their code, however they are written."""
        if not isinstance(value, str):
            return value
        code = RECOGNIZED if value.strip().casefold() == RECOGNIZED else language_code(value)
        if not code:
            raise ValueError("no language")
        return code

    @property
    def spoken_language(self) -> str | None:
        """The language to transcribe in, None to have it recognised."""
        return None if self.language == RECOGNIZED else self.language

    @property
    def transcription_options(self) -> TranscriptionOptions:
        """The options that a transcription gets by these settings."""
        return TranscriptionOptions(
            provider="",
            model="",
            language=self.spoken_language,
            beam_size=self.beam_size,
            word_timestamps=self.word_timestamps,
            vocabulary=self.vocabulary,
            speakers=self.speakers,
            people=(self.people or None) if self.speakers else None,
            to_english=self.to_english,
        )
