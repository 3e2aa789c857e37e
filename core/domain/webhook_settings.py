"""How Telegram reaches a webhook."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """`url` is the public address, `host` and `port` are where Notula listens (port 0: any).

    Who may call is in `networks`, empty for Telegram's own; what `proxies` say of who has called counts. With a
    `certificate` file and its `key` file Notula speaks TLS itself; where it is `self_signed`, Telegram gets a copy.
    """

    url: str
    host: str = "127.0.0.1"
    port: int = 8443
    proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    networks: tuple[str, ...] = ()
    certificate: str = ""
    key: str = ""
    self_signed: bool = False
