"""All checks together."""

import asyncio

from core.config import Folders, Settings
from core.doctor.part_checks import check_decoder, check_device_extra, check_engine, check_keyring, check_model
from core.doctor.probes import Probes
from core.doctor.system_checks import (
    check_budget,
    check_disk,
    check_display,
    check_folders,
    check_memory,
    check_port,
    check_privacy,
    check_python,
    check_qt_libraries,
)
from core.domain import Check
from core.system.extras import Extra


async def check_up(folders: Folders, settings: Settings, probes: Probes | None = None) -> tuple[Check, ...]:
    """Look at everything that Notula needs. Never raises for what it finds; takes some seconds."""
    probes = probes or Probes()
    async with asyncio.TaskGroup() as looking:
        device = looking.create_task(_check_device(folders, settings, probes))
        slow = [
            looking.create_task(check_decoder(probes)),
            looking.create_task(asyncio.to_thread(check_folders, folders, probes)),
            looking.create_task(asyncio.to_thread(check_privacy, folders, probes)),
            looking.create_task(asyncio.to_thread(check_disk, folders, probes)),
            looking.create_task(check_keyring(probes)),
        ]
    quick = (check_python(probes), check_display(probes), check_qt_libraries(probes))
    return (
        *quick,
        *device.result(),
        *(task.result() for task in slow),
        check_port(settings, probes),
        check_memory(probes),
        check_budget(settings),
    )


async def _check_device(folders: Folders, settings: Settings, probes: Probes) -> tuple[Check, ...]:
    """What transcribing on this computer needs."""
    if not probes.is_installed(Extra.DEVICE):
        return (check_device_extra(settings),)
    return tuple(await asyncio.gather(check_model(folders, settings), check_engine(probes)))
