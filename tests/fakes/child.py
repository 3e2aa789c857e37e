"""A child process for tests of the channel: does what the frames it gets ask for."""

import os
import signal
import sys

from core.system.child_entry import ChildChannel


def main(channel: ChildChannel) -> None:
    while (frame := channel.receive()) is not None:
        match frame.kind:
            case "echo":
                channel.send({"kind": "echo", "text": frame.header["text"]}, frame.body)
            case "die":
                os.kill(os.getpid(), signal.SIGKILL)
            case "garbage":
                os.write(sys.__stdout__.fileno(), b"\x00\x00\x00\x05\x00\x00\x00\x00hello")
            case "huge":
                os.write(sys.__stdout__.fileno(), b"\xff" * 8)
            case "complain":
                print("something is odd", file=sys.stderr)
                channel.send({"kind": "complained"})
            case "babble":
                os.write(2, b"x" * (3 * 1024 * 1024))
                channel.send({"kind": "babbled"})
            case "fall silent":
                os.close(1)
                signal.pause()
            case "multiply":
                if os.fork() == 0:
                    signal.pause()
                channel.send({"kind": "multiplied"})
            case "hang":
                signal.pause()


if __name__ == "__main__":
    main(ChildChannel(sys.stdin.buffer, sys.stdout.buffer))
