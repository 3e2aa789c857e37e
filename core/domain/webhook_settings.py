"""How Telegram reaches a webhook."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """`url` is the public address, `host` and `port` are where Notula listens (port 0: any).

    Requests are accepted from Telegram's addresses and from `networks`; the forwarded client address is trusted from
    `proxies`. With `is_plain_allowed` the URL may be http, for a Bot API server of one's own. With a `certificate` file
    and its `key` file Notula serves TLS itself; where it is `self_signed`, it is uploaded to Telegram.
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
