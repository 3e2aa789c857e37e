"""`notula history`, `show`, `speakers`, `delete`, `translate` and `summarize` with their options."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer

from core.cli.library import delete_transcripts, list_history, show_transcript
from core.cli.options import format_names, known_formats, language_named, subtitles_help, with_subtitles
from core.cli.process_transcript import Destination, format_of, summarize_transcript, translate_transcript
from core.cli.speakers import checked_names, list_speakers, name_speakers
from core.cli.terminal import Terminal

Run = Callable[[Coroutine[Any, Any, int], Terminal], None]


def add_transcript_commands(app: typer.Typer, terminal: Terminal, run: Run) -> None:
    """Add them to the command line."""
    _add_library(app, terminal, run)
    _add_processing(app, terminal, run)


def _add_library(app: typer.Typer, terminal: Terminal, run: Run) -> None:
    tr = terminal.tr
    help_of_subtitles = subtitles_help(terminal)

    @app.command(help=tr("List the transcripts, or those in which something was said or noted."))
    def history(search: Annotated[str, typer.Argument(metavar="SEARCH")] = "") -> None:
        run(list_history(terminal, search), terminal)

    @app.command(help=tr("Print a transcript."))
    def show(
        number: Annotated[int, typer.Argument(metavar="ID")],
        format_name: Annotated[
            str, typer.Option("-f", "--format", help=tr("One of {formats}.", formats=known_formats()))
        ] = "txt",
        subtitles: Annotated[str, typer.Option(help=help_of_subtitles)] = "",
        notes: Annotated[
            bool, typer.Option("--notes", help=tr("Add what you have noted about it; subtitles never have it."))
        ] = False,
    ) -> None:
        (chosen,) = format_names(terminal, format_name, most=1)
        run(show_transcript(with_subtitles(terminal, subtitles), number, chosen, with_notes=notes), terminal)

    @app.command(help=tr("List who speaks in a transcript, or give speakers names."))
    def speakers(
        number: Annotated[int, typer.Argument(metavar="ID")],
        names: Annotated[
            list[str] | None,
            typer.Argument(
                metavar="SPEAKER=NAME",
                help=tr("A speaker's number or name, and the new one. Two with the same name become one."),
            ),
        ] = None,
    ) -> None:
        chosen = checked_names(terminal, names or ())
        run(name_speakers(terminal, number, chosen) if chosen else list_speakers(terminal, number), terminal)

    @app.command(help=tr("Delete transcripts for good."))
    def delete(
        numbers: Annotated[list[int], typer.Argument(metavar="ID")],
        yes: Annotated[bool, typer.Option("--yes", help=tr("Don't ask."))] = False,
    ) -> None:
        if not yes:
            typer.confirm(tr("Delete for good?"), abort=True, err=True)
        run(delete_transcripts(terminal, numbers), terminal)


def _add_processing(app: typer.Typer, terminal: Terminal, run: Run) -> None:
    tr = terminal.tr
    format_help = tr("One of {formats}.", formats=known_formats())
    output_help = tr("Write this file; its ending stands for the format.")
    help_of_subtitles = subtitles_help(terminal)

    def destination(format_name: str, file: Path | None) -> Destination:
        (chosen,) = format_names(terminal, format_name or format_of(file), most=1)
        return Destination(chosen, file)

    @app.command(help=tr("Print a transcript in another language, through a chat model."))
    def translate(
        number: Annotated[int, typer.Argument(metavar="ID")],
        language: Annotated[str, typer.Argument(metavar="LANGUAGE", help=tr("Such as en, id or Indonesian."))],
        format_name: Annotated[str, typer.Option("-f", "--format", help=format_help)] = "",
        output: Annotated[Path | None, typer.Option("-o", "--output", help=output_help, dir_okay=False)] = None,
        subtitles: Annotated[str, typer.Option(help=help_of_subtitles)] = "",
    ) -> None:
        target = language_named(terminal, language or " ", "LANGUAGE")
        chosen = with_subtitles(terminal, subtitles)
        run(translate_transcript(chosen, number, target, destination(format_name, output)), terminal)

    @app.command(help=tr("Say what a recording is about, through a chat model."))
    def summarize(
        number: Annotated[int, typer.Argument(metavar="ID")],
        language: Annotated[
            str, typer.Option(help=tr("Such as en or English; otherwise the one that is spoken."))
        ] = "",
        format_name: Annotated[str, typer.Option("-f", "--format", help=format_help)] = "",
        output: Annotated[Path | None, typer.Option("-o", "--output", help=output_help, dir_okay=False)] = None,
    ) -> None:
        target = language_named(terminal, language, "--language")
        run(summarize_transcript(terminal, number, target, destination(format_name, output)), terminal)
