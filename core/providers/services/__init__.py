"""The online providers, one a module, each with its `SPEC`.

To add one, write its module here and name it below. The list is written out, not found in the folder, so that a frozen
program (PyInstaller) has every module.
"""

from core.providers.services import deepgram, groq, openai_compatible
from core.providers.spec import ProviderSpec

SPECS: tuple[ProviderSpec, ...] = (deepgram.SPEC, groq.SPEC, openai_compatible.SPEC)
