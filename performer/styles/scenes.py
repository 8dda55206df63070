"""What the sections of a song mean to a style: lengths, energies, who rests, how they change, what controllers follow.

Law of this file: plain data, energies and values per mille; what stands here is what holds where a style says nothing.
"""

from dataclasses import dataclass

Ways = tuple[tuple[str, str], ...]
"""How a section gives way, by the role of the one that comes (``other``: any): ``roll riser stop 1 beat``."""

Lanes = tuple[tuple[str, tuple[tuple[str, int, int], ...]], ...]
"""By role: controllers with their values at rest and at full energy."""

WAY_WORDS = ("riser", "fill", "roll", "crash", "cut", "fade", "cross-fade", "thin", "stop", "beat", "beats")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A section of some role where the song does not say more: its bars, points of its energy, roles that rest in it.

    ``later``: of the colours (arp, texture) those that a long section keeps back for what comes after its first sixteen bars.
    """

    bars: int = 8
    energy: tuple[int, ...] = (500,)
    rests: tuple[str, ...] = ()
    later: tuple[str, ...] = ()


SCENES = (
    ("intro", Scene(bars=8, energy=(200, 400))),
    ("verse", Scene(bars=16, energy=(500, 550))),
    ("pre", Scene(bars=4, energy=(550, 750))),
    ("chorus", Scene(bars=8, energy=(850,))),
    ("build", Scene(bars=8, energy=(500, 900))),
    ("drop", Scene(bars=16, energy=(1000,))),
    ("break", Scene(bars=8, energy=(300,))),
    ("bridge", Scene(bars=8, energy=(550, 650))),
    ("solo", Scene(bars=16, energy=(600, 800))),
    ("vamp", Scene(bars=16, energy=(500,))),
    ("outro", Scene(bars=8, energy=(400, 100))),
)
"""What the roles of sections mean in every style that says nothing else."""

ANYWHERE = Scene()
"""A section that is for nothing in particular."""

FORM = "intro verse build drop break verse build drop outro"
"""Sections in order where neither a song nor its style names any."""

WAYS: Ways = (("drop", "roll thin"), ("other", "fill"))
"""How sections give way in every style that says nothing else."""

LANES: Lanes = (
    ("bass", (("brightness", 250, 850),)),
    ("chords", (("brightness", 250, 850), ("reverb", 480, 280))),
    ("arp", (("brightness", 250, 850), ("reverb", 450, 300))),
    ("lead", (("brightness", 250, 850), ("reverb", 420, 300))),
    ("texture", (("brightness", 250, 850), ("expression", 760, 1000))),
    ("effects", (("brightness", 250, 850),)),
)
