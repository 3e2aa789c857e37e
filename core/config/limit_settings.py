"""What a person may set about how much is done at once, how long, and for whom."""

from pydantic import BaseModel, ConfigDict, Field

from core.domain import mark


class LimitSettings(BaseModel):
    """The limits in `Settings`."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)

    workers: int = Field(
        2,
        ge=1,
        le=32,
        title=mark("Recordings at once"),
        description=mark("How many recordings are worked on at the same time."),
        json_schema_extra={"restricts": False},
    )
    chunks_at_once: int = Field(
        8,
        ge=1,
        le=64,
        title=mark("Parts at once"),
        description=mark("A long recording is cut into parts; so many of them are transcribed at the same time."),
        json_schema_extra={"restricts": False},
    )
    longest_hours: float = Field(
        12.0,
        gt=0,
        le=100,
        title=mark("Longest recording"),
        description=mark("In hours. What is longer is refused, whatever its file claims."),
        json_schema_extra={"restricts": True},
    )
    shutdown_grace_s: float = Field(
        0.0,
        ge=0,
        le=3600,
        title=mark("Time to finish when quitting"),
        description=mark("Seconds that running recordings get; what isn't finished then goes on at the next start."),
        json_schema_extra={"restricts": False},
    )
    engine_idle_minutes: float = Field(
        5.0,
        gt=0,
        le=1440,
        title=mark("Free the engine's memory after"),
        description=mark("Minutes without work until the loaded model's memory is given back."),
        json_schema_extra={"restricts": False},
    )
    user_requests_per_minute: int = Field(
        10,
        ge=1,
        le=10_000,
        title=mark("Requests a minute, each person"),
        description=mark("Further ones are told when to try again. You yourself have no limits."),
        json_schema_extra={"restricts": True},
    )
    all_requests_per_minute: int = Field(
        100,
        ge=1,
        le=100_000,
        title=mark("Requests a minute, all people"),
        description=mark("What this computer, or the provider you pay, can stand."),
        json_schema_extra={"restricts": True},
    )
    user_running: int = Field(
        3,
        ge=1,
        le=100,
        title=mark("Recordings at once, each person"),
        description=mark("Further ones of the same person wait for their turn."),
        json_schema_extra={"restricts": True},
    )
    user_waiting: int = Field(
        20,
        ge=1,
        le=10_000,
        title=mark("Waiting recordings, each person"),
        description=mark("Who has so many waiting is asked to come back later."),
        json_schema_extra={"restricts": True},
    )
    user_minutes_per_day: int = Field(
        120,
        ge=0,
        le=100_000,
        title=mark("Minutes a day, each person"),
        description=mark("How long the recordings of one person may be in any 24 hours, in all. 0: no limit."),
        json_schema_extra={"restricts": True},
    )
