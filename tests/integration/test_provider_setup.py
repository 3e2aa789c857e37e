"""Which providers there are: by settings, keys and keyrings as good and as bad as they come, changed while jobs run."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import keyring.errors
import pytest

from core.app.key_trials import KeyTrials
from core.app.keys import Keys
from core.app.own_servers import OwnServers
from core.app.providers import ProviderRuntime, ProviderSetup
from core.app.settings import SettingsService
from core.config import LoadedSettings, Settings, load_settings
from core.domain import TranslatableText
from core.domain.errors import (
    InternalError,
    KeyRefused,
    KeyringLocked,
    KeyUnusable,
    ProviderKeyMissing,
    ProviderUnknown,
    SettingFixed,
)
from core.domain.provider_offer import KeyHint
from core.domain.provider_settings import ProviderSettings
from core.domain.provider_state import ON_DEVICE
from core.media import Encoder
from core.observability.redaction import Redactor
from core.providers import ModelLibrary, OnDeviceProvider
from core.secrets import Backend, EnvironmentKeys, KeyStore, SystemKeyring
from tests.fakes.keyring_backend import HangingBackend, MemoryBackend
from tests.fakes.speech_server import Reply, SpeechServer
from tests.fakes.transcription_service import groq_service
from tests.patience import PATIENCE_S

ONE = "gsk_planted_key_of_the_set_up_one_1a1a"
TWO = "gsk_planted_key_of_the_set_up_two_2b2b"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class System:
    """A computer's keyring and environment, and the providers made of them."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.backend: Backend = MemoryBackend()
        self.environment: dict[str, str] = {}
        self.timeout_s = 60.0
        self.redactor = Redactor()
        self.clock = Clock()
        self._folder = folder
        self.service: SettingsService
        self.keys: Keys
        self.servers: OwnServers
        self.trials: KeyTrials
        monkeypatch.setattr("core.app.keys.system_key_store", self._key_store)

    def _key_store(self, redactor: Redactor, *_: object, **__: object) -> KeyStore:
        keyring_of_test = SystemKeyring(lambda: self.backend, timeout_s=self.timeout_s)
        return KeyStore(keyring_of_test, EnvironmentKeys(self.environment), redactor)

    @asynccontextmanager
    async def running(self, settings: Settings) -> AsyncIterator[ProviderSetup]:
        device = OnDeviceProvider(ModelLibrary(self._folder), children=1, threads=1)
        encoder = Encoder()
        self.service = SettingsService(LoadedSettings(settings), self._folder / "settings.toml", {})
        self.keys = Keys(self.service, self.redactor)
        setup = ProviderSetup(self.service, self.keys, device, ProviderRuntime(clock=self.clock))
        self.servers = OwnServers(self.service, self.keys)
        self.trials = KeyTrials(self.service, setup.online, encoder, self.keys)
        setup.follow_settings()
        try:
            yield setup
        finally:
            await setup.close()
            await encoder.close()
            await device.close()

    def use(self, settings: Settings) -> None:
        """Have the settings be these."""
        self.service.use(**settings.model_dump())


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> System:
    return System(tmp_path, monkeypatch)


@pytest.fixture
async def groq() -> AsyncIterator[SpeechServer]:
    async with SpeechServer(groq_service(ONE)).running() as server:
        yield server


async def names(setup: ProviderSetup) -> list[str]:
    await setup.ready()
    return [upstream.name for upstream in setup.router.upstreams]


async def test_the_automatic_order_is_services_with_keys_in_the_environment_then_the_device(system: System) -> None:
    cast(MemoryBackend, system.backend).entries["notula", "default/deepgram"] = "unused"
    async with system.running(Settings()) as setup:
        assert await names(setup) == [ON_DEVICE]
        assert cast(MemoryBackend, system.backend).calls == []  # Nobody is asked for a password who wants no service.
    system.environment["NOTULA_GROQ_KEY"] = ONE
    async with system.running(Settings()) as setup:
        assert await names(setup) == ["groq", ON_DEVICE]
        assert setup.order() == ("groq", ON_DEVICE)


async def test_a_key_that_is_added_is_used_at_once_and_one_that_is_deleted_no_more(system: System) -> None:
    async with system.running(Settings(providers=("groq", ON_DEVICE))) as setup:
        assert await names(setup) == [ON_DEVICE]
        (notice,) = setup.notices
        assert notice == ProviderKeyMissing(provider="Groq", name="groq").message
        await system.keys.add("groq", f"{ONE}\n{TWO}")
        assert system.service.current.providers == ("groq", ON_DEVICE)
        assert await names(setup) == ["groq", ON_DEVICE]
        assert setup.notices == ()
        assert (await system.keys.list()).keys == (KeyHint("groq", "1a1a"), KeyHint("groq", "2b2b"))
        assert setup.states[0].keys == 2
        await system.keys.delete("groq")
        assert await names(setup) == [ON_DEVICE]
    assert ONE not in system.redactor.redact(f"the key {ONE}")


async def test_adding_a_key_puts_its_provider_before_the_device(system: System) -> None:
    async with system.running(Settings()) as setup:
        await system.keys.add("deepgram", ONE)
        settings = system.service.current
        assert settings.providers == ("deepgram", ON_DEVICE)
        assert await names(setup) == ["deepgram", ON_DEVICE]
        await system.keys.add("no-such-provider", TWO)
        assert system.service.current == settings


async def test_another_set_of_keys_is_another_account(system: System) -> None:
    settings = Settings(providers=("groq", ON_DEVICE))
    async with system.running(settings) as setup:
        await system.keys.add("groq", ONE)
        assert await names(setup) == ["groq", ON_DEVICE]
        system.use(settings.changed(profile="work"))
        assert await names(setup) == [ON_DEVICE]
        assert (await system.keys.list()).keys == ()
        system.use(settings)
        assert await names(setup) == ["groq", ON_DEVICE]


async def test_keys_in_variables_are_listed_by_the_names_that_their_owner_uses(system: System) -> None:
    pair = "12345:0123456789abcdef0123456789abcdef"
    system.environment |= {"NOTULA_TELEGRAM_API_KEY": pair, "NOTULA_MY_OFFICE_KEY": ONE}
    services = {"my-office": ProviderSettings(base_url="https://office.example.org/v1", model="whisper-1")}
    async with system.running(Settings(services=services)):
        assert set((await system.keys.list()).keys) == {
            KeyHint("telegram-api", "cdef", "NOTULA_TELEGRAM_API_KEY"),
            KeyHint("my-office", "1a1a", "NOTULA_MY_OFFICE_KEY"),
        }


async def test_what_does_not_concern_a_provider_leaves_it_what_it_has_learnt(system: System) -> None:
    system.environment |= {"NOTULA_GROQ_KEY": ONE, "NOTULA_DEEPGRAM_KEY": TWO}
    settings = Settings(providers=("groq", "deepgram"))
    async with system.running(settings) as setup:
        await setup.ready()
        groq, deepgram = setup.router.upstreams
        system.use(settings.changed(workers=7))
        await setup.ready()
        assert setup.router.upstreams == (groq, deepgram)
        changed = settings.changed(
            services={"deepgram": ProviderSettings(model="whisper")}, providers=("deepgram", "groq")
        )
        system.use(changed)
        await setup.ready()
        assert setup.router.upstreams[1] is groq
        assert setup.router.upstreams[0] is not deepgram


async def test_a_locked_keyring_is_told_and_asked_again_later(system: System) -> None:
    backend = cast(MemoryBackend, system.backend)
    backend.failure = keyring.errors.KeyringLocked("locked")
    async with system.running(Settings(providers=("groq", ON_DEVICE))) as setup:
        assert await names(setup) == [ON_DEVICE]
        assert setup.notices == (KeyringLocked(variable="NOTULA_GROQ_KEY").message,)
        assert isinstance((await system.keys.list()).problem, TranslatableText)
        backend.failure = None
        await system._key_store(system.redactor).put("groq", [ONE])
        assert await names(setup) == [ON_DEVICE]  # A desktop may show a dialog each time.
        system.clock.now += 601
        assert await names(setup) == ["groq", ON_DEVICE]
        assert setup.notices == ()


async def test_a_keyring_that_hangs_holds_up_nothing_for_long(system: System) -> None:
    backend = HangingBackend()
    system.backend, system.timeout_s = backend, 0.05
    async with system.running(Settings(providers=("groq", ON_DEVICE))) as setup:
        assert await names(setup) == [ON_DEVICE]
        assert len(setup.notices) == 1
    backend.answers.set()


async def test_settings_may_change_and_the_app_may_close_while_keys_are_read(system: System) -> None:
    backend = HangingBackend()
    system.backend = backend
    settings = Settings(providers=("groq", ON_DEVICE))
    async with system.running(settings) as setup:
        waiting = asyncio.create_task(setup.ready())
        system.use(settings.changed(providers=(ON_DEVICE,)))
        system.use(settings)
        system.use(settings.changed(providers=(ON_DEVICE,)))
        await asyncio.wait_for(waiting, PATIENCE_S)
        assert [upstream.name for upstream in setup.router.upstreams] == [ON_DEVICE]
        system.use(settings)
    backend.answers.set()


async def test_each_key_is_tried_with_a_second_of_silence(system: System, groq: SpeechServer) -> None:
    system.environment["NOTULA_GROQ_KEY"] = f"{ONE} {TWO}"
    services = {"groq": ProviderSettings(base_url=groq.url)}
    async with system.running(Settings(services=services)):
        good, bad = await system.trials.try_provider("groq")
        assert (good.ending, good.problem) == ("1a1a", None)
        assert bad.ending == "2b2b"
        assert bad.problem is not None
        assert bad.problem.values["ending"] == "2b2b"
        groq.fate = lambda request: Reply(status=503)
        assert all(trial.problem for trial in await system.trials.try_provider("groq"))
        with pytest.raises(ProviderUnknown):
            await system.trials.try_provider("no-such-provider")
        with pytest.raises(ProviderKeyMissing):
            await system.trials.try_provider("deepgram")


async def test_a_key_is_kept_once_its_provider_has_taken_it(system: System, groq: SpeechServer) -> None:
    async with system.running(Settings(services={"groq": ProviderSettings(base_url=groq.url)})) as setup:
        (refused,) = await system.trials.keep_if_taken("groq", f"{ONE} {TWO}")
        assert refused.ending == "2b2b"
        assert refused.problem is not None
        assert refused.problem.template == KeyRefused.sentence
        assert TWO not in system.redactor.redact(f"the key {TWO}")  # It is a secret of somebody's all the same.
        groq.fate = lambda request: Reply(status=503)
        assert await system.trials.keep_if_taken("groq", ONE)
        with pytest.raises(ProviderUnknown):
            await system.trials.keep_if_taken("no-such-provider", ONE)
        with pytest.raises(KeyUnusable):
            await system.trials.keep_if_taken("groq", " ")
        assert (await system.keys.list()).keys == ()
        assert await names(setup) == [ON_DEVICE]
        groq.fate = None
        assert await system.trials.keep_if_taken("groq", ONE) == ()
        assert (await system.keys.list()).keys == (KeyHint("groq", "1a1a"),)
        assert await names(setup) == ["groq", ON_DEVICE]
        await system.trials.keep_if_taken("groq", ONE, for_session=True)
        assert (await system.keys.list()).keys == (KeyHint("groq", "1a1a", is_for_session=True),)


async def test_a_server_that_only_translates_gets_its_key_without_a_trial(system: System) -> None:
    office = ProviderSettings(base_url="http://127.0.0.1:9/v1", chat_model="llama")
    async with system.running(Settings(services={"office": office})):
        await system.trials.keep_if_taken("office", ONE)
        assert [hint.provider for hint in (await system.keys.list()).keys] == ["office"]


async def test_a_bug_while_the_providers_are_put_together_leaves_none_is_told_and_tried_again(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with system.running(Settings()) as setup:
        await setup.ready()
        supervisor = setup._supervisor
        again = asyncio.Event()
        monkeypatch.setattr(supervisor, "_pause", lambda _: again.wait())

        async def broken(*_: object) -> None:
            raise RuntimeError("a bug")

        with monkeypatch.context() as patched:
            patched.setattr(setup.online, "select", broken)
            system.use(Settings(profile="work"))
            with pytest.raises(InternalError):  # Those from before may be what isn't wanted any more.
                await setup.ready()
            assert setup.states == ()
            assert supervisor.notices
        again.set()
        assert setup._loading is not None
        await setup._loading
        assert await names(setup) == [ON_DEVICE]


async def test_offers_are_the_device_the_services_and_the_owners_servers(system: System) -> None:
    services = {"office": ProviderSettings(model="large", base_url="http://127.0.0.1:9/v1", price_per_minute=0.01)}
    async with system.running(Settings(services=services, providers=("office",))) as setup:
        offers = {offer.name: offer for offer in setup.offers()}
        assert next(iter(offers)) == ON_DEVICE
        assert offers.keys() == {ON_DEVICE, "groq", "deepgram", "office"}
        assert offers["office"].is_server
        assert offers["office"].models[0].price_per_minute == 0.01
        assert offers["groq"].keys_page.startswith("https://")
        assert (await names(setup)) == ["office"]  # It needs no key, and so no keyring.
        assert setup.states[0].keys == 0


OFFICE = ProviderSettings(base_url="http://127.0.0.1:9/v1", model="large")


async def test_a_server_that_comes_and_goes_leaves_the_automatic_order(system: System) -> None:
    system.environment["NOTULA_GROQ_KEY"] = ONE
    async with system.running(Settings()) as setup:
        await system.servers.add("office", OFFICE)
        assert await names(setup) == ["groq", "office", ON_DEVICE]
        await system.servers.remove("office")
        assert system.service.current.providers == ()
        assert system.service.current.services == {}
        assert await names(setup) == ["groq", ON_DEVICE]


async def test_an_order_that_somebody_has_chosen_never_becomes_the_automatic_one(system: System) -> None:
    async with system.running(Settings(providers=(ON_DEVICE,))):
        await system.servers.add("office", OFFICE)
        await system.servers.remove("office")
        assert system.service.current.providers == (ON_DEVICE,)
        system.use(Settings())
        await system.servers.add("office", OFFICE)
        system.use(system.service.current.changed(providers=("deepgram", "office")))
        await system.servers.remove("office")
        assert system.service.current.providers == ("deepgram",)


async def test_a_variable_for_the_order_is_not_overruled_by_a_key(system: System, tmp_path: Path) -> None:
    async with system.running(Settings(providers=(ON_DEVICE,))) as setup:
        environment = {"NOTULA_PROVIDERS": ON_DEVICE}
        system.keys._settings = SettingsService(
            load_settings(tmp_path / "none.toml", environment), tmp_path / "none.toml"
        )
        with pytest.raises(SettingFixed):
            await system.keys.add("groq", ONE)
        assert (await system.keys.list()).keys == (KeyHint("groq", "1a1a"),)
        assert setup.order() == (ON_DEVICE,)


@pytest.mark.parametrize(
    ("order", "asked"),
    [
        (("ondevice", "groq"), []),
        (("offic", "groq", ON_DEVICE), [ON_DEVICE]),
        (("groq", "offic", "deepgram"), ["groq"]),
        (("groq", "deepgram", "offic"), ["groq", "deepgram"]),
    ],
)
async def test_behind_a_name_that_is_not_known_nobody_online_is_asked(
    system: System, order: tuple[str, ...], asked: list[str]
) -> None:
    system.environment |= {"NOTULA_GROQ_KEY": ONE, "NOTULA_DEEPGRAM_KEY": TWO}
    async with system.running(Settings(providers=order)) as setup:
        assert await names(setup) == asked
        assert {llm.name for llm in setup._llms} <= set(asked)
        (notice,) = setup.notices
        assert notice.template == ProviderUnknown.sentence
        assert set(setup.router.absent) == set(order) - set(asked)


async def test_settings_of_a_provider_that_there_is_not_are_told(system: System) -> None:
    async with system.running(Settings(services={"gorq": ProviderSettings(price_per_minute=0.01)})) as setup:
        assert await names(setup) == [ON_DEVICE]
        assert setup.notices == (ProviderUnknown(provider="gorq").message,)


async def test_a_server_is_tried_before_it_is_in_the_settings(system: System, groq: SpeechServer) -> None:
    groq.fate = lambda request: Reply(status=503)
    async with system.running(Settings()) as setup:
        there = ProviderSettings(model="whisper-1", base_url=f"{groq.url}/v1")
        away = ProviderSettings(model="whisper-1", base_url="http://127.0.0.1:9/v1")
        for service in (there, away):
            (trial,) = await system.trials.try_server("office", service)
            assert trial.problem is not None
            assert trial.problem.values["provider"] == "office"
        assert "office" not in await names(setup)
