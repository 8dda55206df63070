"""The load under which figures are taken: three macros moved at 20 Hz and one jump a bar, so that composing never rests.

``python -m bench.load PORT BAR_SECONDS SECTION...`` runs until it is ended; the jumps go round the sections. The client is
python-osc, which we did not write.
"""

import itertools
import socket
import sys
import time

from pythonosc.osc_message_builder import OscMessageBuilder

MACROS = ("energy", "density", "brightness")
TICK_S = 0.05


def message(address: str, *args: str | float) -> bytes:
    """One OSC message; ints stay ints."""
    builder = OscMessageBuilder(address=address)
    for arg in args:
        builder.add_arg(arg)
    return builder.build().dgram


def main(port: int, bar: float, sections: list[str]) -> None:
    """Send for ever."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.connect(("127.0.0.1", port))
    ways = itertools.cycle(sections)
    start = jump = time.monotonic()
    for tick in itertools.count():
        due = start + tick * TICK_S
        time.sleep(max(0.0, due - time.monotonic()))
        try:
            for number, macro in enumerate(MACROS):
                sock.send(message(f"/performer/{macro}", ((tick * (7 + 2 * number)) % 100) / 100))
            if due >= jump:
                jump += bar
                sock.send(message("/performer/section", next(ways), "bar"))
        except ConnectionRefusedError:
            continue  # nobody listens yet


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3:])
