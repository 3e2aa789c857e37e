"""The database under a running Notula, for what no facade shows."""

from core.app.notula import Notula
from core.store.sqlite import Database


def database_of(notula: Notula) -> Database:
    """Of a Notula that was started."""
    database = notula._stores.maintenance
    assert isinstance(database, Database)
    return database
