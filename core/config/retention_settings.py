"""What a person may set about how long, and how much, is kept."""

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from core.domain import mark

_CACHE: JsonDict = {"restricts": True, "section": "limits", "group": mark("Cache")}


class RetentionSettings(BaseModel):
    """The part of `Settings` about what is kept."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)

    cache_days: float = Field(
        7.0,
        gt=0,
        le=3650,
        title=mark("Remember transcripts for"),
        description=mark("Days in which a recording that is sent again is answered at once. The history keeps all."),
        json_schema_extra=_CACHE,
    )
    records_days: float = Field(
        90.0,
        ge=0,
        le=36_500,
        title=mark("Remember failed recordings for"),
        description=mark("Days in which what has failed, was cancelled or deleted can be tried again. 0: for ever."),
        json_schema_extra=_CACHE,
    )
    cache_megabytes: int = Field(
        500,
        ge=1,
        le=1_000_000,
        title=mark("Largest cache"),
        description=mark("Megabytes; what wasn't used for the longest goes first."),
        json_schema_extra=_CACHE,
    )
    cache_shared: bool = Field(
        True,
        title=mark("One cache for all people"),
        description=mark("A quick answer tells a person that somebody has sent the same recording before."),
        json_schema_extra=_CACHE,
    )
