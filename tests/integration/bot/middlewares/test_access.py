"""Access: the owner allows and blocks people; everybody else is refused."""

from pathlib import Path

from core.i18n import Translator
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_people import Person
from tests.integration.bot.audit import actions
from tests.integration.bot.talk import Start, answer_to, beginning, is_answer

SAY_WHOM = "Say whom: their number, or @name of somebody who has written to me."


async def test_for_others_there_are_no_such_commands(eve: Person, owner: Person, start: Start, tr: Translator) -> None:
    async with start(bot_owner=owner.id) as notula:
        settings = notula.settings
        for command in (
            "/users",
            "/allow 1",
            "/block 1",
            "/broadcast hello",
            "/limits",
            "/limits running 9",
            "/health",
        ):
            await answer_to(eve.send_text(command), tr("I do not know this command."))
        assert notula.settings == settings
        assert await actions(notula) == []


async def test_the_owner_lets_people_in_and_keeps_them_out(
    owner: Person, eve: Person, start: Start, beckett: Path, tr: Translator
) -> None:
    async with start(bot_owner=owner.id, bot_audience="allowed"):
        voice = eve.send_voice(beckett.read_bytes(), 9)
        private = "This bot is private. Its owner can let you in; tell them your number: {number}."
        await answer_to(voice, tr(private, number=eve.id))
        eve.send_text("/users")
        eve.send_text("/allow 1")
        users = await answer_to(owner.send_text("/users"), f"{eve.id} Eve @eve: {tr('not let in')}")
        assert users.text.startswith(tr.plural("{count} person has written.", "{count} people have written.", 2))
        assert f"{owner.id} Owner: {tr('owner')}" in users.text
        allowed, blocked = "{number} may use this bot now.", "{number} may not use this bot any more."
        await answer_to(owner.send_text("/allow @eve"), tr(allowed, number=eve.id))
        await answer_to(owner.send_text("/users"), f"{eve.id} Eve @eve: {tr('allowed')}")
        eve.send_voice(beckett.read_bytes(), 9)
        answer = await eve.wait_for(is_answer)
        await answer_to(owner.send_text(f"/block {eve.id}"), tr(blocked, number=eve.id))
        await answer_to(owner.send_text("/users"), f"{eve.id} Eve @eve: {tr('blocked')}")
        eve.send_voice(beckett.read_bytes(), 9)
        assert await eve.press(answer, "TXT").wait_answered() == ""  # Nothing but that it was seen.
        for command in ("/allow nobody", "/allow", "/block @nobody", "/block 0"):
            await answer_to(owner.send_text(command), tr(SAY_WHOM))
        await answer_to(owner.send_text("/allow @eve"), tr(allowed, number=eve.id))
        await answer_to(eve.send_text("/help"), "/settings")
    assert len(eve.chat.bot_messages) == 3


async def test_somebody_is_kept_out_while_everybody_else_is_let_in(
    owner: Person, eve: Person, charles: Person, start: Start, beckett: Path, tr: Translator
) -> None:
    async with start(bot_owner=owner.id) as notula:
        eve.send_voice(beckett.read_bytes(), 9)
        answer = await eve.wait_for(is_answer)
        await answer_to(owner.send_text("/block @eve"), tr("{number} may not use this bot any more.", number=eve.id))
        eve.send_voice(beckett.read_bytes(), 9)
        eve.send_text("/start")
        assert await eve.press(answer, tr("Delete")).wait_answered() == ""
        assert tr("Delete") in answer.buttons
        charles.send_voice(beckett.read_bytes(), 9)
        await charles.wait_for(is_answer)
        await answer_to(owner.send_text("/allow @eve"), tr("{number} may use this bot now.", number=eve.id))
        await answer_to(eve.send_text("/help"), "/settings")
        assert {("block", str(eve.id)), ("allow", str(eve.id))} <= set(await actions(notula))
    assert len(eve.chat.bot_messages) == 2


async def test_whoever_opens_the_link_becomes_the_owner_and_gets_the_menu(
    api: FakeBotApi, owner: Person, eve: Person, start: Start, tr: Translator
) -> None:
    async with start(bot_audience="nobody") as notula:
        link = notula.bot.state.claim_link
        private = beginning(tr, "This bot is private. Its owner can let you in; tell them your number: {number}.")
        await answer_to(eve.send_text("/start 0123456789abcdef0123456789abcdef"), private)
        await answer_to(owner.send_text(f"/start {link.partition('=')[2]}"), "/broadcast")
        assert notula.settings.bot_owner == owner.id
        assert notula.bot.state.claim_link == ""
        await api.until(lambda: any(str(owner.id) in scope for scope, _ in api.commands))
        eve.send_text(f"/start {link.partition('=')[2]}")
        await answer_to(owner.send_text("/allow @eve"), tr("{number} may use this bot now.", number=eve.id))
        assert ("claim", "") in await actions(notula)
    assert notula.settings.bot_owner == owner.id


async def test_menus_are_there_in_both_languages_and_the_owners_has_more(
    api: FakeBotApi, owner: Person, start: Start
) -> None:
    owner.send_text("/start")  # Telegram knows no chat before.
    async with start(bot_owner=owner.id):
        await api.until(lambda: len(api.commands) == 6)
    for language, description in (("", "what is under way"), ("id", "apa yang sedang diproses")):
        for scope in ("all_private_chats", "all_group_chats"):
            menu = {one["command"]: one["description"] for one in api.commands[scope, language]}
            assert menu["status"] == description
        (own,) = [menu for (scope, of), menu in api.commands.items() if str(owner.id) in scope and of == language]
        assert {"broadcast", "limits", "health", "users"} <= {one["command"] for one in own}
        assert "broadcast" not in {one["command"] for one in api.commands["all_private_chats", language]}
