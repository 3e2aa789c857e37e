"""What a person may set about the Telegram bot. Its token and other secrets are in the keyring, not here."""

from enum import StrEnum
from ipaddress import ip_network

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic.config import JsonDict

from core.domain import mark
from core.domain.bot import TransportKind
from core.domain.window_page import WindowPage


class BotAudience(StrEnum):
    """Who may use the bot, besides its owner."""

    NOBODY = "nobody"
    ALLOWED = "allowed"
    EVERYBODY = "everybody"


_BOT: JsonDict = {"restricts": True, "section": "bot"}
_CONNECTION: JsonDict = {**_BOT, "group": mark("Connection"), "advanced": True}
_WEBHOOK: JsonDict = {**_BOT, "group": mark("Webhook"), "advanced": True}

_ADDRESS_PATTERN = r"^(https?://[^\s@?#]+)?$"
_ADDRESS: JsonDict = {
    "rule": mark("an address that begins with http:// or https:// and holds no user name, or nothing"),
    "kind": "word",
}
_NETWORKS: JsonDict = {"rule": mark("IP addresses or ranges, with commas"), "kind": "words"}


class BotSettings(BaseModel):
    """The bot's part of `Settings`."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    bot_enabled: bool = Field(
        False,
        title=mark("Run the Telegram bot"),
        description=mark("While Notula is open, your bot answers. It needs its token, which @BotFather gives you."),
        json_schema_extra={**_BOT, "page": WindowPage.BOT},
    )
    bot_owner: int = Field(
        0,
        ge=0,
        le=2**52,
        title=mark("Owner's Telegram number"),
        description=mark(
            "Who may do everything. Left at 0, it is whoever opens the link that is shown while the bot is set up."
        ),
        json_schema_extra={
            **_BOT,
            "rule": mark("the number of a Telegram account, or 0"),
            "kind": "word",
            "page": WindowPage.BOT,
        },  # Too large a number for a spin box.
    )
    bot_audience: BotAudience = Field(
        BotAudience.ALLOWED,
        title=mark("Who may use the bot"),
        description=mark(
            "You always may. Others are let in with Allow in the list of people and groups, or by the bot's command "
            "/allow."
        ),
        json_schema_extra={
            **_BOT,
            "page": WindowPage.BOT_CHATS,
            "choices": {
                "nobody": mark("Nobody else"),
                "allowed": mark("Those you allow"),
                "everybody": mark("Everybody you don't block"),
            },
        },
    )
    bot_error_reports: bool = Field(
        True,
        title=mark("Tell the owner of errors"),
        description=mark("When something unforeseen goes wrong, the bot writes to its owner: what and where, no more."),
        json_schema_extra=_BOT,
    )
    bot_transport: TransportKind = Field(
        TransportKind.POLLING,
        title=mark("How messages arrive"),
        description=mark("Polling works everywhere. A webhook needs an address that Telegram reaches by HTTPS."),
        json_schema_extra={
            **_CONNECTION,
            "choices": {"polling": mark("Notula asks (polling)"), "webhook": mark("Telegram calls (webhook)")},
        },
    )
    bot_server: str = Field(
        "",
        title=mark("Bot API server"),
        description=mark("The address of a server of your own. Empty: Telegram's."),
        pattern=_ADDRESS_PATTERN,
        json_schema_extra={**_CONNECTION, **_ADDRESS},
    )
    bot_server_files: bool = Field(
        False,
        title=mark("Read the server's files directly"),
        description=mark("For a Bot API server on this computer that was started with --local."),
        json_schema_extra=_CONNECTION,
    )
    webhook_url: str = Field(
        "",
        title=mark("Webhook address"),
        description=mark("Where Telegram reaches this computer by HTTPS, on port 443, 80, 88 or 8443."),
        pattern=_ADDRESS_PATTERN,
        json_schema_extra={**_WEBHOOK, **_ADDRESS},
    )
    webhook_listen: str = Field(
        "127.0.0.1:8443",
        title=mark("Listen on"),
        description=mark("Address and port of this computer, behind a web server such as nginx or in front of it all."),
        pattern=r"^\S{1,253}:([1-5]?\d{1,4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])$",
        json_schema_extra={
            **_WEBHOOK,
            "rule": mark("an address and a port from 0 to 65535, with a colon between"),
            "kind": "word",
        },
    )
    webhook_proxies: tuple[str, ...] = Field(
        ("127.0.0.1", "::1"),
        title=mark("Trusted proxies"),
        description=mark("Whose word counts for where a request comes from: addresses or ranges, with commas."),
        json_schema_extra={**_WEBHOOK, **_NETWORKS},
    )
    webhook_networks: tuple[str, ...] = Field(
        (),
        title=mark("Who else may call"),
        description=mark("Besides Telegram: addresses or ranges, with commas, such as that of your Bot API server."),
        json_schema_extra={**_WEBHOOK, **_NETWORKS},
    )
    webhook_certificate: str = Field(
        "",
        title=mark("Certificate file"),
        description=mark("Empty where a web server in front of Notula does the encryption."),
        json_schema_extra={**_WEBHOOK, "kind": "word"},
    )
    webhook_key: str = Field(
        "",
        title=mark("Certificate's key file"),
        description=mark("Belongs to the certificate."),
        json_schema_extra={**_WEBHOOK, "kind": "word"},
    )
    webhook_self_signed: bool = Field(
        False,
        title=mark("Self-signed certificate"),
        description=mark("Telegram is given the certificate, since nobody else vouches for it."),
        json_schema_extra=_WEBHOOK,
    )

    @field_validator("webhook_proxies", "webhook_networks")
    @classmethod
    def _addresses(cls, texts: tuple[str, ...]) -> tuple[str, ...]:
        for text in texts:
            ip_network(text.strip(), strict=False)
        return texts
