"""Checks of the parts that Notula works with: the model, the engine, the decoder, the keyring."""

import asyncio
import contextlib
import threading
from collections.abc import Callable

from core.config import Folders, Settings
from core.doctor.computer import Computer
from core.domain import Check, CheckResult, Message, NotulaError, mark
from core.providers import ModelLibrary

SAFE_KEYRINGS = (
    "keyring.backends.SecretService",
    "keyring.backends.kwallet",
    "keyring.backends.macOS",
    "keyring.backends.Windows",
)


async def check_model(folders: Folders, settings: Settings) -> Check:
    """The model that the settings name is here and sound. Hashes it, which takes a second or more."""
    subject = Message(mark("Model {model}"), {"model": settings.model})
    try:
        await ModelLibrary(folders.models).locate(settings.model)
    except NotulaError as error:
        return Check(
            subject,
            CheckResult.PROBLEM,
            error.message,
            Message(mark("Get it with: notula models download {model}"), {"model": settings.model}),
        )
    return Check(subject, CheckResult.OK, Message(mark("Here, and its checksum is right.")))


async def check_engine(computer: Computer) -> Check:
    """The engine's libraries load, in a process of their own."""
    subject = Message(mark("Transcription engine"))
    reason = await computer.engine_problem()
    if not reason:
        return Check(subject, CheckResult.OK, Message(mark("It works.")))
    return Check(
        subject,
        CheckResult.PROBLEM,
        Message(mark("It can't run here: {reason}."), {"reason": reason}),
        Message(
            mark(
                "Install Notula again. On Windows also install Microsoft's Visual C++ runtime; a processor without "
                "AVX can't run the engine."
            )
        ),
    )


async def check_decoder(computer: Computer) -> Check:
    """The decoder starts; tells which protections the system gives it."""
    subject = Message(mark("Audio decoder"))
    try:
        layers = await computer.sandbox_layers()
    except NotulaError:
        return Check(
            subject,
            CheckResult.PROBLEM,
            Message(mark("It doesn't start.")),
            Message(mark("Install Notula again; the log says more.")),
        )
    if not layers:
        return Check(subject, CheckResult.OK, Message(mark("It works, in a process of its own.")))
    return Check(
        subject, CheckResult.OK, Message(mark("It works, locked in by {layers}."), {"layers": ", ".join(layers)})
    )


async def check_keyring(computer: Computer) -> Check:
    """There is a keyring that keeps keys safely, and it answers."""
    subject = Message(mark("Keyring"))
    advice = Message(
        mark(
            "Only needed for keys of online services. Use a desktop's keyring (GNOME Keyring or KWallet), or give keys "
            "in environment variables."
        )
    )
    try:
        backend = await _in_daemon_thread(computer.keyring_backend, computer.keyring_timeout_s)
    except TimeoutError:
        return Check(subject, CheckResult.WARNING, Message(mark("It doesn't answer; it may be locked.")), advice)
    if backend.startswith(SAFE_KEYRINGS):
        return Check(subject, CheckResult.OK, Message(mark("Keys are kept by {name}."), {"name": backend}))
    if not backend:
        return Check(subject, CheckResult.WARNING, Message(mark("This system has none.")), advice)
    finding = Message(mark("{name} doesn't keep keys safely, so Notula doesn't use it."), {"name": backend})
    return Check(subject, CheckResult.WARNING, finding, advice)


async def _in_daemon_thread(function: Callable[[], str], timeout_s: float) -> str:
    """What the function returns. A hung one must not keep the program from ending, as a pool's thread would.

    Raises TimeoutError.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[str] = loop.create_future()

    def deliver(result: str) -> None:
        if not done.done():
            done.set_result(result)

    def run() -> None:
        result = function()
        with contextlib.suppress(RuntimeError):  # The loop is closed: nobody waits any more.
            loop.call_soon_threadsafe(deliver, result)

    threading.Thread(target=run, name="keyring", daemon=True).start()
    async with asyncio.timeout(timeout_s):
        return await done
