"""The webhook that the settings describe."""

from core.config import Settings
from core.domain.bot import TransportKind
from core.domain.webhook_settings import WebhookSettings


def webhook_settings_of(settings: Settings) -> WebhookSettings | None:
    """How Telegram reaches the bot, None where it is polled."""
    if settings.bot_transport is not TransportKind.WEBHOOK:
        return None
    host, _, port = settings.webhook_listen.rpartition(":")
    return WebhookSettings(
        settings.webhook_url,
        host.strip("[]"),
        int(port),
        proxies=settings.webhook_proxies,
        networks=settings.webhook_networks,
        certificate=settings.webhook_certificate,
        key=settings.webhook_key,
        self_signed=settings.webhook_self_signed,
        is_plain_allowed=bool(settings.bot_server),
    )
