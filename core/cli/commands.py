"""All commands with their options and help."""

import contextlib
from collections.abc import Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from core import __version__
from core.cli.bot import run_bot
from core.cli.command_line import CommandLine
from core.cli.doctor import print_check_up
from core.cli.keys import delete_keys, list_keys, read_key, set_keys, test_keys
from core.cli.models import add_model, delete_model, download_model, list_models
from core.cli.opening import transcribe_sample
from core.cli.options import changed_settings, format_names, spoken_language, subtitles_help
from core.cli.profiles import list_profiles, use_profile
from core.cli.providers import list_providers
from core.cli.running import run
from core.cli.terminal import Terminal
from core.cli.transcribe import Request, transcribe
from core.cli.transcript_commands import add_transcript_commands
from core.cli.usage_report import Grouping, month_named, show_usage
from core.cli.voice_commands import add_voice_commands
from core.cli.window_program import become_window
from core.domain import NotulaError
from core.domain.speakers import MOST_PEOPLE
from core.export import FORMATS
from core.media.discovery import is_address


def commands(terminal: Terminal) -> typer.Typer:
    """The app that parses the command line and runs the command."""
    app = CommandLine(
        help=terminal.tr("Turns recordings into text, on this computer."),
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )

    @app.callback()
    def options(
        version: Annotated[bool, typer.Option("--version", help=terminal.tr("Show the version and exit."))] = False,
    ) -> None:
        if version:
            terminal.say(f"notula {__version__}")
            raise typer.Exit

    _add_transcribing(app, terminal)
    _add_opening(app, terminal)
    add_transcript_commands(app, terminal, _run)
    _add_bot(app, terminal)
    _add_doctor(app, terminal)
    _add_models(app, terminal)
    add_voice_commands(app, terminal, _run)
    _add_providers(app, terminal)
    _add_profiles(app, terminal)
    _add_usage(app, terminal)
    _add_keys(app, terminal)
    return app


def _run(work: Coroutine[Any, Any, int], terminal: Terminal) -> None:
    _ended(run(_with_pending_notices(work, terminal), terminal.complain))


async def _with_pending_notices(work: Coroutine[Any, Any, int], terminal: Terminal) -> int:
    """Run the command, then print notices that were not shown yet, whatever they are about."""
    try:
        return await work
    finally:
        with contextlib.suppress(NotulaError):
            await terminal.show_pending_notices()


def _ended(status: int) -> None:
    if status:
        raise typer.Exit(status)


def _add_transcribing(app: typer.Typer, terminal: Terminal) -> None:
    tr = terminal.tr
    help_of_subtitles = subtitles_help(terminal)

    @app.command("transcribe", help=tr("Turn recordings, or folders of them, into text."))
    def transcribe_files(
        files: Annotated[list[str], typer.Argument(metavar="FILE", help=tr("Recordings, folders, or web addresses."))],
        formats: Annotated[
            str,
            typer.Option(
                "-f", "--format", help=tr("One or more of {formats}, with commas.", formats=", ".join(FORMATS))
            ),
        ] = "",
        output: Annotated[
            Path | None, typer.Option("-o", "--output", help=tr("Write files to this folder."), file_okay=False)
        ] = None,
        language: Annotated[str, typer.Option(help=tr("Spoken language, such as en or English, or auto."))] = "",
        model: Annotated[str, typer.Option(help=tr("Model; see 'notula models' and 'notula providers'."))] = "",
        provider: Annotated[str, typer.Option(help=tr("Whom to ask first; see 'notula providers'."))] = "",
        vocabulary: Annotated[str, typer.Option(help=tr("Names and terms that may be said, with commas."))] = "",
        speakers: Annotated[
            bool,
            typer.Option(
                "--speakers", help=tr("Tell speakers apart; without the model voices only some providers can.")
            ),
        ] = False,
        people: Annotated[
            int | None, typer.Option(min=1, max=MOST_PEOPLE, help=tr("How many people speak; they are told apart."))
        ] = None,
        track: Annotated[
            int | None,
            typer.Option(min=1, help=tr("Number of the track of sound; else one that isn't silent.")),
        ] = None,
        to_english: Annotated[bool, typer.Option("--to-english", help=tr("Write the text in English."))] = False,
        subtitles: Annotated[str, typer.Option(help=help_of_subtitles)] = "",
        quiet: Annotated[bool, typer.Option("--quiet", help=tr("Say nothing but errors."))] = False,
    ) -> None:
        if "" in files:  # A variable that isn't set, perhaps; as a path it would be the current folder.
            raise typer.BadParameter(tr("A name is empty. Name a file or a folder."), param_hint="FILE")
        if "-" in files:
            raise typer.BadParameter(tr("Standard input can't be read; name a file."), param_hint="FILE")
        chosen = format_names(terminal, formats or ("txt,srt" if output else "txt"))
        if output is None and len(chosen) > 1:
            raise typer.BadParameter(tr("Several formats need a folder: add -o FOLDER."), param_hint="--format")
        if output is None and not FORMATS[chosen[0]].is_text:
            raise typer.BadParameter(tr("This format is no text: add -o FOLDER."), param_hint="--format")
        asked: dict[str, str | bool | int] = {"vocabulary": vocabulary, "to_english": to_english, "people": people or 0}
        asked["speakers"] = speakers or bool(people)
        asked["subtitles"] = subtitles
        service = changed_settings(terminal, language=spoken_language(terminal, language), **asked)
        wanted = tuple(file if is_address(file) else Path(file) for file in files)
        request = Request(wanted, chosen, output, quiet, model, provider, track)
        _run(transcribe(replace(terminal, settings_service=service), request), terminal)

    @app.command(help=tr("Turn a recording that comes with Notula into text."))
    def sample() -> None:
        _run(transcribe_sample(terminal), terminal)


def _add_opening(app: typer.Typer, terminal: Terminal) -> None:
    tr = terminal.tr

    @app.command("open", help=tr("Open the window."))
    def open_files(files: Annotated[list[Path] | None, typer.Argument(metavar="FILE")] = None) -> None:
        become_window([str(file) for file in files or []])
        status = run(transcribe_sample(terminal, files or []), terminal.complain)
        terminal.note(
            tr("There is no display for the window. Log in to a desktop, connect with 'ssh -X', or use 'xvfb-run'.")
        )
        _ended(status)


def _add_bot(app: typer.Typer, terminal: Terminal) -> None:
    @app.command(help=terminal.tr("Run the Telegram bot until it is stopped."))
    def bot() -> None:
        _run(run_bot(terminal), terminal)


def _add_doctor(app: typer.Typer, terminal: Terminal) -> None:
    @app.command(help=terminal.tr("Check that everything that Notula needs is there."))
    def doctor() -> None:
        _run(print_check_up(terminal), terminal)


def _add_providers(app: typer.Typer, terminal: Terminal) -> None:
    @app.command(help=terminal.tr("List who can transcribe, in the order in which they are asked."))
    def providers() -> None:
        _run(list_providers(terminal), terminal)


def _add_profiles(app: typer.Typer, terminal: Terminal) -> None:
    tr = terminal.tr

    @app.command(help=tr("List the profiles of the settings, or use one from now on."))
    def profiles(
        name: Annotated[
            str, typer.Argument(metavar="NAME", help=tr("The profile to use; without it they are listed."))
        ] = "",
    ) -> None:
        _run(use_profile(terminal, name) if name else list_profiles(terminal), terminal)


def _add_usage(app: typer.Typer, terminal: Terminal) -> None:
    tr = terminal.tr

    @app.command(help=tr("Show minutes and estimated cost of a month."))
    def usage(
        month: Annotated[str, typer.Option(help=tr("Such as 2026-11; otherwise this month."))] = "",
        by: Annotated[Grouping, typer.Option(help=tr("What is summed up in one line."))] = Grouping.PROVIDER,
        as_json: Annotated[bool, typer.Option("--json", help=tr("All that is known, as JSON."))] = False,
    ) -> None:
        _run(show_usage(terminal, month_named(terminal, month), by, as_json=as_json), terminal)


def _add_models(app: typer.Typer, terminal: Terminal) -> None:
    tr = terminal.tr
    models = typer.Typer(help=tr("List, download and delete models."), rich_markup_mode=None)
    app.add_typer(models, name="models", invoke_without_command=True)

    @models.callback()
    def list_by_default(context: typer.Context) -> None:
        if context.invoked_subcommand is None:
            list_them()

    @models.command("list", help=tr("List the models."))
    def list_them() -> None:
        _run(list_models(terminal), terminal)

    @models.command(help=tr("Download a model."))
    def download(name: str) -> None:
        _run(download_model(terminal, name), terminal)

    @models.command(help=tr("Add a model of your own, converted for CTranslate2."))
    def add(
        place: Annotated[str, typer.Argument(metavar="PLACE", help=tr("Its folder, or owner/name at Hugging Face."))],
        name: Annotated[str, typer.Option(help=tr("What to call it; otherwise as its folder is called."))] = "",
    ) -> None:
        _run(add_model(terminal, place, name), terminal)

    @models.command("delete", help=tr("Delete a downloaded model, or forget your own, whose folder stays."))
    def delete(name: str) -> None:
        _run(delete_model(terminal, name), terminal)


def _add_keys(app: typer.Typer, terminal: Terminal) -> None:
    tr = terminal.tr
    keys = typer.Typer(help=tr("Set, list and delete keys of online services."), rich_markup_mode=None)
    app.add_typer(keys, name="keys", no_args_is_help=True)
    profile_help = tr("Set of keys, such as home or work.")

    @keys.command("set", help=tr("Keep a key; it is asked for, or read from standard input."))
    def set_one(
        name: Annotated[
            str, typer.Argument(metavar="NAME", help=tr("Such as groq, deepgram or the name of a server."))
        ],
        profile: Annotated[str, typer.Option(help=profile_help)] = terminal.settings.profile,
        add: Annotated[bool, typer.Option("--add", help=tr("Keep the keys that are there too."))] = False,
    ) -> None:
        _run(set_keys(terminal, name, profile, read_key(terminal, name), add=add), terminal)

    @keys.command("list", help=tr("List the keys by their last characters."))
    def list_them(profile: Annotated[str, typer.Option(help=profile_help)] = "") -> None:
        _run(list_keys(terminal, profile), terminal)

    @keys.command("test", help=tr("Have a second of silence transcribed with each key of a provider."))
    def test(
        name: Annotated[
            str, typer.Argument(metavar="NAME", help=tr("Such as groq, deepgram or the name of a server."))
        ],
    ) -> None:
        _run(test_keys(terminal, name), terminal)

    @keys.command("delete", help=tr("Delete the keys of one name."))
    def delete(
        name: Annotated[str, typer.Argument(metavar="NAME")],
        profile: Annotated[str, typer.Option(help=profile_help)] = terminal.settings.profile,
        yes: Annotated[bool, typer.Option("--yes", help=tr("Don't ask."))] = False,
    ) -> None:
        if not yes:
            typer.confirm(tr("Delete the key for {name} for good?", name=name), abort=True, err=True)
        _run(delete_keys(terminal, name, profile), terminal)
