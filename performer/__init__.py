"""performer: a virtual live performer.

`Performance` turns (show, seed, entries) into events; everything else carries bytes to it or from it.

    ticks tempo takes events controls records   the nouns: frozen values, integer time
    music/      what musicians know            source/   YAML text to positioned nodes and problems
    styles/     styles as data files           show/     what a show says, and every mistake in it
    engine/     Performance, conductor, planner, composer, roles: pure, reads no clock and no file
    wire/       events to bytes and back: OSC, MIDI, the control vocabulary, routing, the mix
    ports/      movers of bytes: UDP, MIDI, MQTT, tape
    pages/      the page's server and its ES modules
    run/        where time passes, a room for each process: engine, composer, players, controllers, page, supervisor, terminal, journal
    rehearse/   offline render and exports, resolve and suggest     cli.py    arguments to one call each

Imports point one way, downwards; the import linter holds that. docs/design.md tells why.
"""

__version__ = "0.1.0"
