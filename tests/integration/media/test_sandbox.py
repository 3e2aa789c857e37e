"""What a process in the sandbox can't do any more, tried by that process itself."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import PATIENCE_S

ATTEMPTS = """
import json, os, socket, sys
from core.media.child import sandbox
folder, port = sys.argv[1], int(sys.argv[2])
kept = open(folder + "/open-before", "rb")

def attempt(action):
    try:
        action()
    except OSError as error:
        return type(error).__name__
    except MemoryError:
        return "MemoryError"
    return "allowed"

layers = sandbox.enter(64 << 20)
results = {
    "read": attempt(lambda: open(folder + "/open-before", "rb")),
    "write": attempt(lambda: open(folder + "/new", "wb")),
    "list": attempt(lambda: os.listdir(folder)),
    "connect": attempt(lambda: socket.create_connection(("127.0.0.1", port))),
    "pipe": attempt(os.pipe),
    "remove": attempt(lambda: os.remove(folder + "/open-before")),
    "execute": attempt(lambda: os.execv("/bin/true", ["/bin/true"])),
    "memory": attempt(lambda: bytearray(128 << 20)),
    "read what is open": attempt(lambda: kept.read(1)),
}
print(json.dumps([layers, results]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="what Linux can close")
def test_nothing_can_be_opened_written_or_reached(tmp_path: Path) -> None:
    (tmp_path / "open-before").write_bytes(b"x")
    done = subprocess.run(
        [sys.executable, "-c", ATTEMPTS, str(tmp_path), "9"],
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    layers, results = json.loads(done.stdout)
    assert results.pop("read what is open") == "allowed"
    assert results.pop("memory") == "MemoryError"
    if "landlock" not in layers:  # Those need no new descriptor.
        del results["remove"], results["execute"]
    assert "allowed" not in results.values(), results
    assert (tmp_path / "open-before").exists()


def test_processor_time_that_is_used_up_ends_the_process() -> None:
    code = "from core.media.child import sandbox\nsandbox.allow_cpu(0)\nwhile True: pass"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=False,
        timeout=PATIENCE_S,
        cwd=Path(__file__).parents[3],
    )
    assert done.returncode < 0
