"""`notula bot`: the Telegram bot without a window, until it is stopped."""

import contextlib

from core.cli.terminal import Terminal
from core.domain import TranslatableText
from core.domain.bot import BotCondition, BotState, TransportKind
from core.domain.errors import StoreError


async def run_bot(terminal: Terminal) -> int:
    """Run the bot and say how it does, for ever. 1 where it can't run."""
    tr = terminal.tr
    async with terminal.notula(resume=True, needs_keys=True) as notula:
        notula.bot.start()
        told = BotState()
        told_notices: tuple[TranslatableText, ...] = ()
        if notula.settings.queue_paused:
            terminal.note(tr("The queue is paused: no recording begins until you send the bot /limits paused 0."))
        while True:
            state = notula.bot.state
            if state.condition is BotCondition.FAILED:
                if state.problem is not None:
                    terminal.complain(state.problem)
                return 1
            if state.condition is BotCondition.RUNNING and told.condition is not BotCondition.RUNNING:
                terminal.note(_running(terminal, state))
                if state.claim_link:
                    terminal.note(tr("Open {link} in Telegram to become its owner.", link=state.claim_link))
            if state.problem is not None and state.problem != told.problem:
                terminal.complain(state.problem)
            told = state
            notices = notula.snapshot().notices
            for notice in notices:
                if notice not in told_notices:
                    terminal.complain(notice)
            told_notices = notices
            with contextlib.suppress(StoreError):  # Then it is said at the next start, too.
                await notula.notices_told()
            await notula.bot.wait_for_change()


def _running(terminal: Terminal, state: BotState) -> str:
    if state.transport is TransportKind.WEBHOOK:
        return terminal.tr("@{name} runs, by webhook. Stop it with Ctrl+C.", name=state.username)
    return terminal.tr("@{name} runs, by polling. Stop it with Ctrl+C.", name=state.username)
