"""What the audit log says."""

from core.app.notula import Notula
from core.store.sqlite import SqliteAuditLog
from tests.integration.database import database_of


async def actions(notula: Notula) -> list[tuple[str, str]]:
    """What was done or refused, and its detail, the newest first."""
    entries = await SqliteAuditLog(database_of(notula), lambda: 0.0).newest(100)
    return [(entry.action, entry.detail) for entry in entries]
