"""How Telegram reaches a webhook."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """`url` is the public address, `host` and `port` are where Notula listens (port 0: any).

    Telegram may call, and who is in `networks`; what `proxies` say of who has called counts. A Bot API server of one's
    own may be told an address without encryption (`is_plain_allowed`). With a `certificate` file and its `key` file
    Notula speaks TLS itself; where it is `self_signed`, Telegram gets a copy.
    """

    url: str
    host: str = "127.0.0.1"
    port: int = 8443
    proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    networks: tuple[str, ...] = ()
    certificate: str = ""
    key: str = ""
    self_signed: bool = False
    is_plain_allowed: bool = False
