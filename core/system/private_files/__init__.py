"""Folders and files that only the account that Notula runs as may read or change.

What Notula keeps holds people's words: its folders are 0700 and its files 0600 whatever the umask, from the moment at
which they are made. What is there with other permissions is closed. What another account could have put there isn't
used. On Windows the profile's folder is private already, and permissions are not looked at.
"""

from core.system.private_files.files import (
    all_may_write,
    create_for_owner,
    is_foreign_file,
    open_for_owner,
    refuse_planted,
    refuse_planted_settings,
)
from core.system.private_files.folders import make_folder
from core.system.private_files.ownership import FILE_MODE, FOLDER_MODE, NotPrivate
from core.system.private_files.replacing import replace_text
from core.system.private_files.tree import LARGEST_WALK, close_to_others, open_to_others

__all__ = [
    "FILE_MODE",
    "FOLDER_MODE",
    "LARGEST_WALK",
    "NotPrivate",
    "all_may_write",
    "close_to_others",
    "create_for_owner",
    "is_foreign_file",
    "make_folder",
    "open_for_owner",
    "open_to_others",
    "refuse_planted",
    "refuse_planted_settings",
    "replace_text",
]
