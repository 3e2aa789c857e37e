"""What a person may set about how speech becomes text."""

from pydantic import BaseModel, ConfigDict, Field

from core.domain import TranscriptionOptions, mark


class TranscriptionSettings(BaseModel):
    """The settings for transcriptions."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)

    model: str = Field(
        "tiny.en",
        title=mark("Model"),
        description=mark("Larger models make fewer mistakes and take longer. Models without .en know many languages."),
        pattern=r"^[A-Za-z0-9._-]{1,64}$",
        json_schema_extra={"restricts": False, "rule": mark("letters, digits, dots, - and _, 64 at most")},
    )
    language: str = Field(
        "auto",
        title=mark("Spoken language"),
        description=mark("Naming it saves a wrong guess on short recordings."),
        pattern="^(auto|[a-z]{2,3})$",
        json_schema_extra={
            "restricts": False,
            "rule": mark("auto, or a language's code of two or three small letters"),
        },
    )
    beam_size: int = Field(
        5,
        ge=1,
        le=10,
        title=mark("Search width"),
        description=mark("How many readings the model weighs at each word: 1 is fastest, 5 is the usual choice."),
        json_schema_extra={"restricts": False},
    )
    word_timestamps: bool = Field(
        False,
        title=mark("Time of every word"),
        description=mark("Exports then hold the time of every single word; takes a little longer."),
        json_schema_extra={"restricts": False},
    )
    vocabulary: tuple[str, ...] = Field(
        (),
        title=mark("Names and terms"),
        description=mark("What may be said and is hard to guess, with commas; who transcribes is told them."),
        json_schema_extra={"restricts": False, "rule": mark("words and terms, with commas"), "kind": "words"},
    )
    speakers: bool = Field(
        False,
        title=mark("Tell speakers apart"),
        description=mark("Providers that can do so are asked first; the others leave it out."),
        json_schema_extra={"restricts": False},
    )
    to_english: bool = Field(
        False,
        title=mark("Translate into English"),
        description=mark("The text is written in English whatever is spoken, by providers that can do so."),
        json_schema_extra={"restricts": False},
    )

    @property
    def spoken_language(self) -> str | None:
        """The language to transcribe in, None to have it recognised."""
        return None if self.language == "auto" else self.language

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
            to_english=self.to_english,
        )
