"""All checks together."""

import asyncio

from core.config import Folders, Settings
from core.doctor.computer import Computer
from core.doctor.part_checks import check_decoder, check_engine, check_keyring, check_model
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


async def check_up(folders: Folders, settings: Settings, computer: Computer | None = None) -> tuple[Check, ...]:
    """Look at everything that Notula needs. Never raises for what it finds; takes some seconds."""
    computer = computer or Computer()
    async with asyncio.TaskGroup() as looking:
        slow = [
            looking.create_task(check_model(folders, settings)),
            looking.create_task(check_engine(computer)),
            looking.create_task(check_decoder(computer)),
            looking.create_task(asyncio.to_thread(check_folders, folders, computer)),
            looking.create_task(asyncio.to_thread(check_privacy, folders, computer)),
            looking.create_task(asyncio.to_thread(check_disk, folders, computer)),
            looking.create_task(check_keyring(computer)),
        ]
    quick = (check_python(computer), check_display(computer), check_qt_libraries(computer))
    return (
        *quick,
        *(task.result() for task in slow),
        check_port(settings, computer),
        check_memory(computer),
        check_budget(settings),
    )
