"""A bot that is open to everybody uses what costs money for its owner alone until there is a budget."""

from pathlib import Path

import pytest

from core.config import BotAudience, Settings
from core.doctor.system_checks import check_budget
from core.domain import CheckResult, TranslatableText
from core.domain.notice_pages import BUDGET_WANTED
from core.domain.provider_settings import ProviderSettings
from core.i18n import Translator
from core.providers import is_nearby
from tests.fakes.bot_api_people import Person
from tests.fakes.speech_server import SpeechServer
from tests.integration.bot.talk import Start, is_answer, second_provider

REFUSED = "This bot can't do that for everybody yet. Please tell its owner."


async def test_strangers_cost_nothing_until_there_is_a_budget(
    start: Start, owner: Person, charles: Person, beckett: Path, server: SpeechServer, tr: Translator
) -> None:
    data = beckett.read_bytes()
    async with start(bot_owner=owner.id, monthly_budget=0.0) as notula:
        assert TranslatableText(BUDGET_WANTED) in notula.snapshot().notices
        charles.send_voice(data, 9)
        await charles.wait_for(lambda message: tr(REFUSED) in message.text)
        assert server.requests == []
        owner.send_voice(data, 9)
        await owner.wait_for(is_answer)
        charles.send_voice(data, 9)  # What is in the cache costs nothing.
        await charles.wait_for(is_answer)
        paid = len(server.requests)
        await notula.settings_service.change(monthly_budget=5.0)
        assert TranslatableText(BUDGET_WANTED) not in notula.snapshot().notices
        charles.send_voice(data + bytes(2), 9)
        await charles.wait_for(lambda message: sum(map(is_answer, charles.chat.bot_messages)) == 2)
        assert len(server.requests) > paid


async def test_a_server_of_ones_own_without_a_price_serves_everybody(
    start: Start, owner: Person, charles: Person, beckett: Path, server: SpeechServer
) -> None:
    async with second_provider() as second:
        office = ProviderSettings(base_url=f"{second.url}/v1", model="whisper-1")
        services = {"groq": ProviderSettings(base_url=server.url), "office": office}
        async with start(bot_owner=owner.id, monthly_budget=0.0, providers=("groq", "office"), services=services):
            charles.send_voice(beckett.read_bytes(), 9)
            await charles.wait_for(is_answer)
    assert server.requests == []
    assert second.requests


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://127.0.0.1:8000/v1", True),
        ("http://[::1]/v1", True),
        ("http://192.168.1.20:8000/v1", True),
        ("http://localhost/v1", True),
        ("http://whisper:8000", True),
        ("https://box.local", True),
        ("https://api.openai.com/v1", False),
        ("https://8.8.8.8/v1", False),
        ("https://local.example.org", False),
        ("", False),
        ("http://[::1", False),
    ],
)
def test_only_a_server_nearby_is_free_where_nobody_has_named_a_price(address: str, expected: bool) -> None:
    assert is_nearby(address) is expected


@pytest.mark.parametrize(
    ("audience", "budget", "result"),
    [("everybody", 0, CheckResult.WARNING), ("everybody", 1, CheckResult.OK), ("allowed", 0, CheckResult.OK)],
)
def test_the_doctor_says_so(audience: str, budget: float, result: CheckResult) -> None:
    settings = Settings(bot_audience=BotAudience(audience), monthly_budget=budget)
    assert check_budget(settings).result is result
