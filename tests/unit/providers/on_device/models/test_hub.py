from pathlib import Path

import httpx
import pytest

from core.domain.errors import HubAddressUnusable, HubNotAsked, HubTokenUnprotected
from core.observability.redaction import Redactor
from core.providers.on_device.models.hub import HUB_URL, Hub, hub_client, hub_of_environment
from core.providers.on_device.models.hub_cache import hub_cache_folder


class TestEnvironment:
    def test_without_variables(self, tmp_path: Path) -> None:
        assert hub_of_environment({}) == Hub(HUB_URL, "")

    def test_another_address(self) -> None:
        assert hub_of_environment({"HF_ENDPOINT": "https://hf-mirror.example/ "}).url == "https://hf-mirror.example"

    @pytest.mark.parametrize("variable", ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"])
    def test_a_token(self, variable: str) -> None:
        assert hub_of_environment({variable: " hf_abc\n"}).token == "hf_abc"

    def test_the_token_of_a_login(self, tmp_path: Path) -> None:
        for home, environment in (
            (tmp_path / "a", {"HF_HOME": str(tmp_path / "a")}),
            (tmp_path / "b" / "huggingface", {"XDG_CACHE_HOME": str(tmp_path / "b")}),
            (Path.home() / ".cache" / "huggingface", {}),
        ):
            home.mkdir(parents=True)
            (home / "token").write_text("hf_kept")
            assert hub_of_environment(environment).token == "hf_kept"

    @pytest.mark.parametrize("token", ["hf_a\r\nX-Evil: 1", "hf_é", "x" * 501])
    def test_a_token_that_could_be_none_is_not_sent(self, token: str) -> None:
        assert hub_of_environment({"HF_TOKEN": token}).headers == {}

    def test_a_token_that_is_not_to_be_sent(self) -> None:
        assert hub_of_environment({"HF_TOKEN": "hf_a", "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"}).token == ""

    @pytest.mark.parametrize("variable", ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"])
    def test_a_computer_that_is_to_stay_offline(self, variable: str) -> None:
        hub_of_environment({variable: "0"}).check()
        with pytest.raises(HubNotAsked, match=variable):
            hub_of_environment({variable: "true"}).check()

    def test_a_token_is_shown_nowhere(self) -> None:
        assert "secret" not in repr(Hub(HUB_URL, "hf_secret"))
        assert "abcdefghijklmnop" not in Redactor().redact("hf_abcdefghijklmnop")

    @pytest.mark.parametrize(
        ("environment", "folder"),
        [
            ({"HF_HUB_CACHE": "/a"}, "/a"),
            ({"HUGGINGFACE_HUB_CACHE": "/a"}, "/a"),
            ({"HF_HOME": "/a"}, "/a/hub"),
            ({"XDG_CACHE_HOME": "/a"}, "/a/huggingface/hub"),
            ({"HF_HUB_CACHE": "~/a"}, "~/a"),
            ({"HF_HOME": "$XDG_RUNTIME_DIR/a"}, "/run/a/hub"),
        ],
    )
    def test_the_folder_of_its_cache(
        self, environment: dict[str, str], folder: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("XDG_RUNTIME_DIR", "/run")
        assert hub_cache_folder(environment) == Path(folder).expanduser()


class TestAddresses:
    @pytest.mark.parametrize(
        "hub",
        [
            Hub(),
            Hub(HUB_URL, "hf_a"),
            Hub("http://127.0.0.1:8080", "hf_a"),
            Hub("http://localhost", "hf_a"),
            Hub("http://192.168.1.5:8080"),
            Hub("http://mirror.lan"),
        ],
    )
    def test_that_may_be_used(self, hub: Hub) -> None:
        hub.check()

    @pytest.mark.parametrize(
        "url",
        [
            "",
            "huggingface.co",
            "ftp://a.b",
            "http://a.example",
            "https://",
            "https://u:p@a.b",
            "https://a.b?x",
            "https://a:x",
        ],
    )
    def test_that_may_not(self, url: str) -> None:
        with pytest.raises(HubAddressUnusable) as caught:
            Hub(url).check()
        assert "u:p" not in str(caught.value)

    @pytest.mark.parametrize("url", ["http://192.168.1.5", "http://mirror.lan", "http://a.example"])
    def test_that_would_give_the_token_away(self, url: str) -> None:
        with pytest.raises(HubTokenUnprotected):
            Hub(url, "hf_a").check()


async def test_a_redirect_never_leads_away_from_encryption() -> None:
    async with hub_client(Hub("https://hub.example")) as client:
        (hook,) = client.event_hooks["request"]
        await hook(httpx.Request("GET", "https://cdn.example"))
        with pytest.raises(httpx.UnsupportedProtocol):
            await hook(httpx.Request("GET", "http://cdn.example"))
