"""`notula voices` with its commands and options."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

import typer

from core.cli.terminal import Terminal
from core.cli.voices import forget_voices, list_voices, remember_voice, suggest_names
from core.domain.voice_consent import CONSENT

Run = Callable[[Coroutine[Any, Any, int], Terminal], None]


def add_voice_commands(app: typer.Typer, terminal: Terminal, run: Run) -> None:
    """Add them to the command line."""
    tr = terminal.tr
    voices = typer.Typer(
        help=tr("Remember, recognise and forget voices, on this computer only."), rich_markup_mode=None
    )
    app.add_typer(voices, name="voices", invoke_without_command=True)

    @voices.callback()
    def list_by_default(context: typer.Context) -> None:
        if context.invoked_subcommand is None:
            run(list_voices(terminal), terminal)

    @voices.command(help=tr("Remember the voice of a transcript's speaker."))
    def remember(
        number: Annotated[int, typer.Argument(metavar="ID")],
        speaker: Annotated[str, typer.Argument(metavar="SPEAKER", help=tr("A speaker's number or name."))],
        name: Annotated[str, typer.Argument(metavar="NAME")],
        consent: Annotated[bool, typer.Option("--consent", help=tr("The person has agreed to it."))] = False,
    ) -> None:
        if not consent:
            raise typer.BadParameter(tr(CONSENT), param_hint="--consent")
        run(remember_voice(terminal, number, speaker, name), terminal)

    @voices.command(help=tr("Say which speakers of a transcript sound like a remembered voice."))
    def suggest(number: Annotated[int, typer.Argument(metavar="ID")]) -> None:
        run(suggest_names(terminal, number), terminal)

    @voices.command(help=tr("Forget a voice, or all of them."))
    def forget(
        name: Annotated[str, typer.Argument(metavar="NAME")] = "",
        every: Annotated[bool, typer.Option("--all", help=tr("Forget every voice."))] = False,
    ) -> None:
        if bool(name) == every:
            raise typer.BadParameter(tr("Name a voice, or use --all."), param_hint="NAME")
        run(forget_voices(terminal, name), terminal)
