"""What a person may set about how much is done at once, how long, and for whom."""

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from core.domain import mark

_WORK: JsonDict = {"restricts": False, "section": "limits", "group": mark("Work")}
_OTHER_PEOPLE: JsonDict = {"restricts": True, "section": "limits", "group": mark("Other people")}


class LimitSettings(BaseModel):
    """The limits in `Settings`."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)

    workers: int = Field(
        2,
        ge=1,
        le=32,
        title=mark("Recordings at once"),
        description=mark("How many recordings are worked on at the same time."),
        json_schema_extra=_WORK,
    )
    queue_paused: bool = Field(
        False,
        title=mark("Queue paused"),
        description=mark("Recordings wait until this is switched off; those that are worked on go on."),
        json_schema_extra=_WORK,
    )
    stay_awake: bool = Field(
        True,
        title=mark("Stay awake while there is work"),
        description=mark("The computer doesn't go to sleep by itself while recordings are worked on."),
        json_schema_extra={"restricts": False, "section": "general"},
    )
    chunks_at_once: int = Field(
        8,
        ge=1,
        le=64,
        title=mark("Parts at once"),
        description=mark("A long recording is cut into parts; so many of them are transcribed at the same time."),
        json_schema_extra={"restricts": False, "section": "advanced"},
    )
    longest_hours: float = Field(
        12.0,
        gt=0,
        le=100,
        title=mark("Longest recording"),
        description=mark("In hours. What is longer is refused, whatever its file claims."),
        json_schema_extra={"restricts": True, "section": "limits", "group": mark("Work")},
    )
    shutdown_grace_s: float = Field(
        0.0,
        ge=0,
        le=3600,
        title=mark("Time to finish when quitting"),
        description=mark("Seconds that running recordings get; what isn't finished then goes on at the next start."),
        json_schema_extra={"restricts": False, "section": "advanced"},
    )
    engine_idle_minutes: float = Field(
        5.0,
        gt=0,
        le=1440,
        title=mark("Free the engine's memory after"),
        description=mark("Minutes without work until the loaded model's memory is given back."),
        json_schema_extra={"restricts": False, "section": "models", "advanced": True},
    )
    user_requests_per_minute: int = Field(
        10,
        ge=1,
        le=10_000,
        title=mark("Requests a minute, each person"),
        description=mark("Further ones are told when to try again. You yourself have no limits."),
        json_schema_extra=_OTHER_PEOPLE,
    )
    all_requests_per_minute: int = Field(
        100,
        ge=1,
        le=100_000,
        title=mark("Requests a minute, all people"),
        description=mark("What this computer, or the provider you pay, can stand."),
        json_schema_extra=_OTHER_PEOPLE,
    )
    user_running: int = Field(
        3,
        ge=1,
        le=100,
        title=mark("Recordings at once, each person"),
        description=mark("Further ones of the same person wait for their turn."),
        json_schema_extra=_OTHER_PEOPLE,
    )
    user_waiting: int = Field(
        20,
        ge=1,
        le=10_000,
        title=mark("Waiting recordings, each person"),
        description=mark("Who has so many waiting is asked to come back later."),
        json_schema_extra=_OTHER_PEOPLE,
    )
    user_minutes_per_day: int = Field(
        120,
        ge=0,
        le=100_000,
        title=mark("Minutes a day, each person"),
        description=mark("How long the recordings of one person may be in any 24 hours, in all. 0: no limit."),
        json_schema_extra=_OTHER_PEOPLE,
    )
