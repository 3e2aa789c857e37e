"""What a person has chosen for the recordings that are added from now on, beside the settings."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from PySide6.QtCore import QObject, Signal

from core.config import Settings
from core.domain import Requester, TranscriptionOptions
from core.domain.languages import language_code
from core.domain.options import RECOGNIZED, with_choices
from core.domain.speakers import MOST_PEOPLE
from core.export import FORMATS

DESKTOP = Requester("desktop")
"""On whose behalf the window asks for jobs."""

MOST_PRESETS = 50
LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class JobOptions:
    """None and empty are as the settings say. The part is in seconds of the recording, None for beginning and end."""

    provider: str = ""
    model: str = ""
    language: str = ""
    speakers: bool | None = None
    people: int = 0
    to_english: bool | None = None
    is_beside: bool = False
    formats: tuple[str, ...] = ("txt", "srt")
    """In which the text is saved beside the recording, if it is."""

    from_s: int | None = None
    until_s: int | None = None

    @property
    def is_part_empty(self) -> bool:
        """Whether the part ends where it begins, or before."""
        return self.until_s is not None and self.until_s <= (self.from_s or 0)

    @property
    def without_part(self) -> "JobOptions":
        """The same for whole recordings."""
        return replace(self, from_s=None, until_s=None)

    def of_jobs(self, settings: Settings) -> TranscriptionOptions | None:
        """What the jobs get; None where that is what the settings say."""
        if self == JobOptions(formats=self.formats):
            return None
        return replace(
            with_choices(settings.transcription_options, self),
            from_s=self.from_s,
            until_s=self.until_s,
            beside=self.formats if self.is_beside and self.formats else None,
        )

    def saved(self) -> dict[str, object]:
        """In JSON's types. A part isn't saved: it belongs to the recordings that it was chosen for."""
        return {name: value for name, value in asdict(self).items() if name not in ("from_s", "until_s")}

    @classmethod
    def of_saved(cls, saved: object) -> "JobOptions":
        """The options that `saved` returned; damaged and unknown values are those of the first start."""
        if not isinstance(saved, Mapping):
            return cls()
        people = saved.get("people")
        formats = saved.get("formats")
        language = _text(saved.get("language"))
        known = tuple(name for name in FORMATS if isinstance(formats, list | tuple) and name in formats)
        return cls(
            provider=_text(saved.get("provider")) if _text(saved.get("model")) else "",
            model=_text(saved.get("model")) if _text(saved.get("provider")) else "",
            language=language if language == RECOGNIZED else language_code(language),
            speakers=_flag(saved.get("speakers")),
            people=people if type(people) is int and 0 <= people <= MOST_PEOPLE else 0,
            to_english=_flag(saved.get("to_english")),
            is_beside=saved.get("is_beside") is True,
            formats=known or cls().formats,
        )


class ChosenOptions(QObject):
    """The options in use and the presets of them. One a window."""

    changed = Signal()
    """Other options are chosen, or there are other presets."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.current = JobOptions()
        self.presets: dict[str, JobOptions] = {}

    def choose(self, options: JobOptions) -> None:
        """Use these from now on."""
        if options != self.current:
            self.current = options
            self.changed.emit()

    def part_is_used(self) -> None:
        """Recordings were added: the part was theirs, and the next ones are whole again."""
        self.choose(self.current.without_part)

    def save_preset(self, name: str) -> None:
        """Keep the present options under a name, in place of others of that name."""
        self.presets[name] = self.current.without_part
        self.changed.emit()

    def delete_preset(self, name: str) -> None:
        """Forget the options of this name."""
        self.presets.pop(name, None)
        self.changed.emit()

    def put_back_presets(self, before: Mapping[str, JobOptions]) -> None:
        """Have these again, in their order, and those that have been saved since."""
        self.presets = {**before, **self.presets}
        self.changed.emit()

    def saved(self) -> dict[str, object]:
        """In JSON's types."""
        return {
            "options": self.current.saved(),
            "presets": {name: options.saved() for name, options in self.presets.items()},
        }

    def restore(self, saved: Mapping[str, object]) -> None:
        """Take over what was saved."""
        presets = saved.get("presets")
        names = list(presets)[:MOST_PRESETS] if isinstance(presets, dict) else []
        self.presets = {
            name: JobOptions.of_saved(presets[name])  # type: ignore[index]
            for name in names
            if isinstance(name, str) and 0 < len(name) <= LONGEST_NAME
        }
        self.current = JobOptions.of_saved(saved.get("options"))
        self.changed.emit()


def _text(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= LONGEST_NAME else ""


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None
