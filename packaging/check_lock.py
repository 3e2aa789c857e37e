"""Check, without a network, that the lock files fit what pyproject.toml and the files *-requirements.in ask for.

Run it from anywhere; it names what doesn't fit and exits with 1. It can't tell whether newer versions exist.
"""

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
DESKTOP_LOCK = "requirements.lock"
SERVER_LOCK = "requirements-server.lock"
DEVELOPMENT_LOCK = "requirements-dev.lock"
MODELS_LOCK = "requirements-models.lock"
ENVIRONMENTS = [
    {"python_version": python, "python_full_version": f"{python}.1", "sys_platform": system}
    for python in ("3.11", "3.12", "3.13")
    for system in ("linux", "darwin", "win32")
]
ASKED_BY_US = (
    "notula (pyproject.toml)",
    "notula (pyproject.toml:dev)",
    "-r packaging/build-requirements.in",
    "-r packaging/model-requirements.in",
)

_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>\S+)(?: ; (?P<marker>.+?))? \\$")
_HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")
_COMMENT = re.compile(r"^    # +(?:via)?(?P<why>.*)$")


@dataclass(frozen=True)
class Pin:
    """One package of a lock file, with the markers that say where it is installed."""

    requirement: Requirement
    version: Version
    hashes: int
    why: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name as PyPI compares it."""
        return canonicalize_name(self.requirement.name)


def main() -> int:
    """Check all four files."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    base = [*map(Requirement, project["project"]["dependencies"]), *_asked_in("build-requirements.in")]
    extras = {
        name: [Requirement(text) for text in texts]
        for name, texts in project["project"]["optional-dependencies"].items()
    }
    desktop = [*base, *extras["desktop"], *extras["device"]]
    server = [*base, *extras["server"]]
    development = [
        *base,
        *(requirement for asked in extras.values() for requirement in asked),
        *(Requirement(text) for text in project["dependency-groups"]["dev"]),
    ]
    needed_to_build = [Requirement(text) for text in project["build-system"]["requires"]]
    pins_of_desktop = list(_pins(_lines(ROOT / DESKTOP_LOCK)))
    problems: list[str] = []
    for lock, asked in ((DESKTOP_LOCK, desktop), (SERVER_LOCK, server), (DEVELOPMENT_LOCK, development)):
        pins = list(_pins(_lines(ROOT / lock)))
        problems += (f"{lock}: {problem}" for problem in _misfits(asked, pins))
        problems += (f"{lock}: {problem}" for problem in _missing(needed_to_build, pins))
        problems += (f"{lock}: {problem}" for problem in _differing(pins, pins_of_desktop))
    problems += (f"{MODELS_LOCK}: {problem}" for problem in _misfits_of_models())
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    if problems:
        sys.stderr.write("The lock files don't fit pyproject.toml. Run: make lock\n")
    return 1 if problems else 0


def _misfits_of_models() -> Iterator[str]:
    """Packages of data, which are installed apart from all others because they may be missing."""
    return _misfits(_asked_in("model-requirements.in"), list(_pins(_lines(ROOT / MODELS_LOCK))))


def _asked_in(name: str) -> list[Requirement]:
    lines = _lines(ROOT / "packaging" / name)
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines()


def _pins(lines: Iterable[str]) -> Iterator[Pin]:
    """Read a lock file. Ends the program at a line that isn't a pin, a hash or the reason for one."""
    header: re.Match[str] | None = None
    hashes, why = 0, list[str]()

    def finished() -> Iterator[Pin]:
        if header:
            marker = f" ; {header['marker']}" if header["marker"] else ""
            requirement = Requirement(f"{header['name']}=={header['version']}{marker}")
            yield Pin(requirement, Version(header["version"]), hashes, tuple(why))

    for line in lines:
        if begun := _PIN.match(line):
            yield from finished()
            header, hashes, why = begun, 0, []
        elif _HASH.match(line):
            hashes += 1
        elif comment := _COMMENT.match(line):
            why.append(comment["why"].strip())
        else:
            raise SystemExit(f"This line has no place in a lock file: {line}")
    yield from finished()


def _misfits(asked: list[Requirement], pins: list[Pin]) -> Iterator[str]:
    yield from _missing(asked, pins)
    names = {canonicalize_name(requirement.name) for requirement in asked}
    for pin in pins:
        if not pin.hashes:
            yield f"{pin.requirement.name} has no hash"
        if pin.name not in names and set(pin.why) & set(ASKED_BY_US):
            yield f"{pin.requirement.name} isn't asked for any more"


def _differing(pins: list[Pin], others: list[Pin]) -> Iterator[str]:
    """Packages of both that have a version in the first that the second doesn't have."""
    for pin in pins:
        versions = {other.version for other in others if other.name == pin.name}
        if versions and pin.version not in versions:
            yield f"{pin.requirement.name} {pin.version} isn't what {DESKTOP_LOCK} has"


def _missing(asked: list[Requirement], pins: list[Pin]) -> Iterator[str]:
    """What some environment that we support would not get in a version that it may have. Each is named once."""
    told = set()
    for requirement in asked:
        for environment in ENVIRONMENTS:
            if requirement.marker and not requirement.marker.evaluate(environment):
                continue
            fitting = [
                pin
                for pin in pins
                if pin.name == canonicalize_name(requirement.name)
                and (pin.requirement.marker is None or pin.requirement.marker.evaluate(environment))
            ]
            if len(fitting) == 1 and requirement.specifier.contains(fitting[0].version, prereleases=True):
                continue
            found = ", ".join(str(pin.version) for pin in fitting) or "nothing"
            problem = f"{requirement.name}{requirement.specifier} is asked for, and there is {found}"
            if problem not in told:
                told.add(problem)
                yield problem


if __name__ == "__main__":
    sys.exit(main())
