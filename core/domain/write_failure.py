"""The reason of a failed write, as the second half of a sentence."""

import errno

from core.domain.translatable_text import TranslatableText, mark

_REASONS = {
    errno.ENOSPC: mark("the disk is full. Make room, then try again."),
    errno.EDQUOT: mark("your share of the disk is used up. Make room, then try again."),
    errno.EFBIG: mark("the drive takes no file this large. Choose another one."),
    errno.EROFS: mark("the drive may only be read. Choose another one."),
    errno.EACCES: mark("you may not write there. Give yourself permission, or choose another folder."),
    errno.EPERM: mark("you may not write there. Give yourself permission, or choose another folder."),
    errno.EIO: mark("the drive reports errors. Check it, or choose another one."),
    errno.ENOTDIR: mark("there is a file where a folder belongs. Choose another folder."),
    errno.EEXIST: mark("there is a file where a folder belongs. Choose another folder."),
    errno.EISDIR: mark("there is a folder of that name. Choose another name."),
    errno.ENAMETOOLONG: mark("the name is too long. Choose a shorter one."),
}
_OTHER = mark("check the folder and its permissions, then try again.")
_NAME = mark("the name can't be used. Choose another one.")


def write_failure(error: OSError | ValueError) -> TranslatableText:
    """The reason. ValueError is what Python raises for a name that no system takes."""
    if isinstance(error, OSError):
        # Of a folder that isn't private enough, the error itself knows the sentence.
        told = getattr(error, "message", None)
        return told if isinstance(told, TranslatableText) else TranslatableText(_REASONS.get(error.errno or 0, _OTHER))
    return TranslatableText(_NAME)
