"""The player of slow outputs (MQTT): the same loop, without the priority that only deadlines deserve."""

import sys

from performer.run.players.process import main

if __name__ == "__main__":
    sys.exit(main(real_time=False))
