"""Checks of the parts that Notula works with: the model, the engine, the decoder, the keyring."""

import asyncio

from core.config import Folders, Settings
from core.doctor.probes import Probes
from core.domain import Check, CheckResult, NotulaError, TranslatableText, mark
from core.domain.errors import KeyringUnsafe, ModelCorrupt, ModelMissing
from core.domain.model import AUTOMATIC, automatic_title
from core.providers import ModelLibrary
from core.providers.on_device.models.catalogue import BUNDLED_MODEL
from core.providers.on_device.provider import NAME as ON_DEVICE
from core.secrets import OffLoop
from core.system import sandbox


def check_device_extra(settings: Settings) -> Check:
    """What is said in place of the checks of model and engine where these aren't installed.

    A problem only where the settings name this computer as the first provider.
    """
    is_first = settings.providers[:1] == (ON_DEVICE,)
    return Check(
        TranslatableText(mark("Transcription engine")),
        CheckResult.PROBLEM if is_first else CheckResult.WARNING,
        TranslatableText(mark("Transcription on this computer isn't installed. Online providers work without it.")),
        TranslatableText(mark('To get it, run in Notula\'s folder: pip install ".[device]"')),
    )


async def check_model(folders: Folders, settings: Settings) -> Check:
    """The model that the settings name is here and sound, or all that "auto" uses. Hashes it, writes nothing."""
    library = ModelLibrary(folders.models)
    used: tuple[str, ...] = (settings.model,)
    title = TranslatableText(settings.model)
    if settings.model == AUTOMATIC:
        listed = await asyncio.to_thread(library.status)
        used = tuple(model.name for model in listed if model.automatic_for) or (BUNDLED_MODEL,)
        title = automatic_title(listed)
    subject = TranslatableText(mark("Model {model}"), {"model": title})
    try:
        for name in used:
            await library.check(name)
    except NotulaError as error:
        advice = TranslatableText(mark("Get it with: notula models download {model}"), {"model": name})
        can_be_fetched = isinstance(error, ModelMissing | ModelCorrupt)  # Others say themselves what to do.
        return Check(subject, CheckResult.PROBLEM, error.message, advice if can_be_fetched else None)
    return Check(subject, CheckResult.OK, TranslatableText(mark("Here, and its checksum is right.")))


async def check_engine(probes: Probes) -> Check:
    """The engine's libraries load, in a process of their own."""
    subject = TranslatableText(mark("Transcription engine"))
    reason = await probes.engine_problem()
    if not reason:
        return Check(subject, CheckResult.OK, TranslatableText(mark("It works.")))
    return Check(
        subject,
        CheckResult.PROBLEM,
        TranslatableText(mark("It can't run here: {reason}."), {"reason": reason}),
        TranslatableText(
            mark(
                "Install Notula again. On Windows also install Microsoft's Visual C++ runtime; a processor without "
                "AVX can't run the engine."
            )
        ),
    )


async def check_decoder(probes: Probes) -> Check:
    """Whether the decoder starts, and which protections the system gives it."""
    subject = TranslatableText(mark("Audio decoder"))
    try:
        layers = await probes.sandbox_layers()
    except NotulaError:
        return Check(
            subject,
            CheckResult.PROBLEM,
            TranslatableText(mark("It doesn't start.")),
            TranslatableText(mark("Install Notula again; the log says more.")),
        )
    if probes.system != "linux":
        return Check(subject, CheckResult.OK, TranslatableText(mark("It works, in a process of its own.")))
    finding, advice = _what_is_missing(layers)
    if finding is None:
        locked_in = mark("It works, and is locked in: it can't open files, reach a network or start programs.")
        return Check(subject, CheckResult.OK, TranslatableText(locked_in))
    return Check(subject, CheckResult.WARNING, finding, advice)


def _what_is_missing(layers: tuple[str, ...]) -> tuple[TranslatableText | None, TranslatableText | None]:
    """What Linux doesn't lock a child process in with, in terms of what could happen, and what to do about it."""
    # Without the privilege to refuse itself privileges a process can't filter its calls either.
    has_filter = sandbox.SECCOMP in layers or "no-new-privileges" not in layers
    landlock_advice = TranslatableText(
        mark("Use Linux 5.13 or newer with Landlock switched on ('landlock' in the boot option lsm=).")
    )
    if sandbox.LANDLOCK in layers and has_filter:
        return None, None
    if sandbox.LANDLOCK in layers:
        return (
            TranslatableText(
                mark(
                    "It works, but a malicious recording that takes it over could see which files there are and change "
                    "their permissions: this system can't filter system calls."
                )
            ),
            TranslatableText(mark("Use a Linux kernel with seccomp filters, on an x86-64 or ARM64 processor.")),
        )
    if sandbox.SECCOMP in layers:
        return (
            TranslatableText(
                mark(
                    "It works, but a malicious recording or model that takes over the transcription engine could read "
                    "your files: this system has no Landlock."
                )
            ),
            landlock_advice,
        )
    return (
        TranslatableText(
            mark(
                "It works, but a malicious recording that takes it over could delete your files and read Notula's "
                "keys: this system has no Landlock and can't filter system calls."
            )
        ),
        landlock_advice,
    )


async def check_keyring(probes: Probes) -> Check:
    """There is a keyring that keeps keys safely, and it answers."""
    subject = TranslatableText(mark("Keyring"))
    advice = TranslatableText(
        mark(
            "Only needed for keys of online services. Use a desktop's keyring (GNOME Keyring or KWallet), or give keys "
            "in environment variables."
        )
    )
    try:
        asking = OffLoop("keyring", lambda: (NotulaError,))
        backend = await asking.run(probes.keyring_backend, probes.keyring_timeout_s)
    except TimeoutError:
        return Check(
            subject, CheckResult.WARNING, TranslatableText(mark("It doesn't answer; it may be locked.")), advice
        )
    except KeyringUnsafe as error:
        return Check(subject, CheckResult.WARNING, error.message, advice)
    if not backend:
        return Check(subject, CheckResult.WARNING, TranslatableText(mark("This system has none.")), advice)
    return Check(subject, CheckResult.OK, TranslatableText(mark("Keys are kept by {name}."), {"name": backend}))
