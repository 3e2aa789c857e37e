"""What a person may set about the automatic export."""

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic.config import JsonDict

from core.domain import mark
from core.export import FORMATS

_AUTOMATIC_EXPORT: JsonDict = {"restricts": False, "section": "export", "group": mark("Automatic export")}


class ExportSettings(BaseModel):
    """The automatic export's part of `Settings`."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)

    export_folder: str = Field(
        "",
        title=mark("Export folder"),
        description=mark("Every finished transcript is also written here. Empty: no automatic export."),
        json_schema_extra={
            **_AUTOMATIC_EXPORT,
            "rule": mark("the path of a folder"),
            "kind": "folder",
        },
    )
    export_formats: tuple[str, ...] = Field(
        ("txt", "srt"),
        title=mark("Export as"),
        description=mark("The formats of the automatic export."),
        json_schema_extra={
            **_AUTOMATIC_EXPORT,
            "choices": {name: name.upper() for name in FORMATS},
        },
    )

    @field_validator("export_formats")
    @classmethod
    def _known_formats(cls, formats: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [name for name in formats if name not in FORMATS]
        if unknown:
            raise ValueError(f"unknown format: {', '.join(unknown)}")
        return tuple(name for name in FORMATS if name in formats)
