"""The musical figures, each with the human range or the target beside it.

Law of this file: a range is that of arranged pieces by people (p16 to p84) or a promise of this project; without one a figure is
only reported.
"""

from bench.music import classifier, drums, energy, feel, motifs, nights, novelty, tones
from bench.music.figure import Figure, each
from bench.music.material import playing

LOCKING = frozenset(filter(drums.locks, playing()))
FILLING = frozenset(filter(drums.fills, playing()))
ROOTED = frozenset(style for style in playing() if not tones.walks(style))
PLAYED = frozenset(filter(feel.played, playing()))

FIGURES: tuple[Figure, ...] = (
    Figure(name="energy", says="heard against drawn, r", of=each(energy.realised), low=0.85, every=False),
    Figure(name="energy-onsets", says="onset rate against drawn, r", of=each(energy.onsets), low=0.6, every=False),
    Figure(name="energy-parts", says="sounding parts against drawn, r", of=each(energy.sounding), low=0.6, every=False),
    Figure(name="energy-velocity", says="velocity against drawn, r", of=each(energy.velocity), low=0.6, every=False),
    Figure(name="energy-live", says="rising steps of the live macro", of=energy.live, low=1.0),
    Figure(name="energy-blocks", says="variance between blocks of four (human .48-.94)", of=each(energy.between_blocks)),
    Figure(name="motif-returns", says="planned statements found", of=each(motifs.returns, shows=True), low=0.97),
    Figure(name="motif-figures", says="melody in figures that recur", of=each(motifs.recurring), low=0.65, high=0.99),
    Figure(name="bars-new", says="bars unlike any earlier", of=each(novelty.unlike_any), low=0.18, high=0.53),
    Figure(name="bars-later", says="the same, second half", of=each(novelty.unlike_later), low=0.08, high=0.43),
    Figure(name="bars-set", says="the same, second half of the set", of=novelty.set_unlike, low=0.08, high=0.43),
    Figure(name="bars-run", says="longest run of equal bars", of=each(novelty.longest_run, shows=True), high=4),
    Figure(name="drum-bars", says="distinct drum bars", of=each(novelty.distinct("drums")), low=0.07, high=0.32),
    *(Figure(name=f"part-{role}", says=f"distinct bars of the {role} alone", of=each(novelty.distinct(role))) for role in classifier.LINES),
    Figure(name="textures", says="textures in 16 bars (human 2.0)", of=each(novelty.textures)),
    Figure(name="peaks", says="novelty peaks in 16 bars (human 1.6)", of=each(novelty.peaks)),
    Figure(name="entries", says="entries on one phase of four bars", of=each(novelty.entries), low=0.6),
    Figure(name="beats", says="chord tones on beats", of=each(tones.on_beats), low=0.49, high=0.79),
    Figure(name="steps", says="other tones left by step", of=each(tones.steps), low=0.38, high=0.84),
    Figure(name="roots", says="bass on roots (none that walks)", of=each(tones.roots), low=0.58, high=0.91, only=ROOTED),
    Figure(name="chords", says="distinct chords in 16 bars (human 5.5-10)", of=each(tones.distinct_chords)),
    Figure(name="crossings", says="voices that pass a neighbour", of=each(tones.crossings, shows=True), high=0),
    Figure(name="ranges", says="notes outside their range", of=each(tones.outside, shows=True), high=0),
    Figure(name="clashes", says="semitone clashes on strong beats", of=each(tones.clashes, shows=True), high=0),
    Figure(name="coupling", says="kicks doubled by the bass (locked styles)", of=each(drums.coupled), low=0.6, high=0.97, only=LOCKING),
    Figure(name="fills", says="fill bars (styles with fills)", of=each(drums.fill_bars), low=0.02, high=0.2, only=FILLING),
    Figure(name="feel-velocity", says="velocity bar to bar, r (played)", of=each(feel.velocity_again), low=0.34, only=PLAYED),
    Figure(name="feel-timing", says="microtiming bar to bar, r (played)", of=each(feel.timing_again), low=0.1, only=PLAYED),
    Figure(name="feel-spread", says="sd of microtiming, ms (played)", of=each(feel.timing_spread), low=15, high=32, only=PLAYED),
    Figure(name="style", says="songs whose style is named", of=classifier.named, low=0.75, every=False),
    Figure(name="blend", says="steps of a blend the right way", of=classifier.blended, low=1.0),
    Figure(name="nights-same", says="form, chords, motifs equal", of=nights.the_same, low=1.0),
    Figure(name="nights-run", says="longest run two nights share", of=nights.two_nights, high=16),
    Figure(name="songs-run", says="longest run two songs share", of=nights.two_songs, high=16),
)  # fmt: skip
