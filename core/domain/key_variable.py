"""The environment variable with the keys of a provider, which wins over the keyring."""

import re

ANY_VARIABLE = "NOTULA_<NAME>_KEY"
"""The variable that messages name where no key's name is known."""


def key_variable(name: str) -> str:
    """The variable of this name's keys: NOTULA_MY_SERVER_KEY for `my-server`. It names no set of keys."""
    return f"NOTULA_{re.sub('[^A-Z0-9]', '_', name.upper())}_KEY"
