"""Lead and counter-line: the plan's statements in the part's own register, between them the lead's own phrases, upbeats at fills.

Law of this file: a role chooses the octave of a statement and alters nothing else of it, as long as the lane has room
for it. Nothing leaves the lane but a given tune, which is moved by octaves alone where the part has no range of its own.
Where a person plays, a part that is free for them only answers, and comes back with a whole statement.
"""

from performer.engine.connecting import Errand, Sung, connect
from performer.engine.pen import Pen
from performer.engine.planner import phrase_at
from performer.engine.same import Same
from performer.engine.statements import Statement
from performer.engine.upbeats import BREATH, HEARD, Way, free_from, giving_way, upbeat
from performer.engine.view import View
from performer.events import Event
from performer.music.curve import between
from performer.music.motif import Motif, compass, housed, pitched, seat
from performer.music.operators import ornament
from performer.music.singing import moved
from performer.ticks import SIXTEENTH

Plan = tuple[Statement, ...]


def play(view: View) -> list[Event]:
    """The line's notes in this bar."""
    bar = view.bar
    if bar.ending:
        return []
    plan = bar.phrase.varied if view.varied else bar.phrase.statements
    lines: list[tuple[tuple[Sung, ...], int, bool]] = []
    for index, statement in enumerate(plan):
        if statement.bar <= bar.place < statement.bar + statement.bars and _mine(view, statement):
            skipped, sung = (bar.place - statement.bar) * bar.state.meter.bar, _sung(view, plan, index)
            lines.append((sung, skipped, statement.given and view.part.range is None))
    if _leads_on(view):
        meter = bar.state.meter
        full = max([_answered(view, plan), *(free_from(sung, at, meter, meter.bar if whole else HEARD) for sung, at, whole in lines)])
        if found := _upbeat(view, plan, full):
            lines = [(giving_way(sung, skipped + found[0].at - BREATH), skipped, whole) for sung, skipped, whole in lines]
            lines.append((found, 0, False))
    return [note for sung, skipped, whole in lines for note in _written(view, sung, skipped, whole)]


def _mine(view: View, statement: Statement) -> bool:
    """Whether this part plays the statement: the lead its own, the counter-line the answers and echoes."""
    if _gives_way(view, statement.bar - view.bar.place):
        return statement.how == "answer"
    return statement.voice == ("counter" if "counter" in view.part.name else "lead")


def _gives_way(view: View, since: int) -> bool:
    """Whether the part leaves the room to a person in what began ``since`` bars from here: where the section names the person's
    part, or where it was heard since, or in the bar before.
    """
    bar, hands = view.bar, view.part.free_when
    if hands is None or bar.section.names(hands):
        return hands is not None
    heard = dict(bar.state.shaping.heard).get(hands)
    return heard is not None and heard >= bar.at + (since - 1) * bar.state.meter.bar


def _leads_on(view: View) -> bool:
    """Whether tonight the lead plays an upbeat here: where the drums fill at the end of a phrase, and no hand plays the line."""
    bar, part = view.bar, view.part
    if not bar.fill or bar.place != bar.phrase.bars - 1 or bar.thin or min(bar.stop, bar.until) < bar.slots:
        return False
    often = view.style.voice("lead").line.upbeats * bar.live.complexity // 500
    return "counter" not in part.name and not _gives_way(view, 0) and bar.tonight.hits(often, "upbeat", bar.index, part.name)


def _answered(view: View, plan: Plan) -> int:
    """Ticks of the bar until which the plan has an answer or an echo, whoever plays it: an upbeat does not talk over it."""
    bar, size = view.bar, view.bar.state.meter.bar
    ends = [
        min(size, tone.at + tone.length - (bar.place - said.bar) * size)
        for said in plan if said.how in ("answer", "echo") and said.bar <= bar.place < said.bar + said.bars
        for tone in said.motif.tones
    ]  # fmt: skip
    return max([0, *ends])


def _upbeat(view: View, plan: Plan, free: int) -> tuple[Sung, ...]:
    """The upbeat into the next phrase's tune, or to a tone of the next section's first chord; ``free``: ticks of the bar that are full."""
    bar, lane = view.bar, view.lane
    meter, tune = bar.state.meter, _edge(view, plan[::-1])
    near = sum(lane) // 2 if tune is None else tune[1]
    if bar.leaves:
        goal = min(
            (p for p in range(lane[0], lane[1] + 1) if p % 12 in bar.upcoming.classes), key=lambda p: (abs(p - near - 2), p), default=near
        )
    else:
        following = phrase_at(bar.song, bar.section, bar.index + 1, bar.state.bars, meter)
        first = _edge(view, (following.varied if view.varied else following.statements)[:1])
        if first is None:
            return ()
        goal = first[0]
    way = Way(
        free, near, goal, lane, moved(bar.phrase.ground, bar.place * meter.bar), bar.phrase.key, meter, view.style.voice("lead").line.scale
    )
    return upbeat(way, bar.tonight.at("upbeat", bar.index, view.part.name))


def _sung(view: View, plan: Plan, index: int) -> tuple[Sung, ...]:
    """The notes of a statement, whole, in this part's register."""
    bar, statement = view.bar, plan[index]
    if statement.how != "free":
        key, tonic = bar.phrase.key, _tonic(view, statement)
        motif = _varied(view, plan, index) if view.take.turn else _tonight(view, statement)
        return tuple(Sung(tone.at, tone.length, pitched(tone, key, tonic)) for tone in motif.tones)
    # remembered: what was found once comes back two phrases later, and on the next visit; but a solo ends otherwise each time
    number, begins = bar.phrase.start // bar.phrase.style.phrase % 2, bar.phrase.start + statement.bar
    visit = bar.state.visit if bar.role == "solo" and 4 * begins >= 3 * bar.bars else bar.state.visit // 2 * 2
    chance = view.night("free", view.idea).at(visit, number, index)
    low, high = view.lane
    ends = [_edge(view, near) for near in (plan[:index][::-1], plan[index + 1 :])]
    middle = (low + high) // 2
    before = middle if ends[0] is None else ends[0][1]
    after = before if ends[1] is None else ends[1][0]
    ground = moved(bar.phrase.ground, statement.bar * bar.state.meter.bar)
    errand = Errand(statement.bars, before, after, (low, high), ground, bar.phrase.key, bar.state.meter, bar.phrase.energy)
    return connect(errand, bar.phrase.tune, Same(view.style), chance)


def _edge(view: View, plan: Plan) -> tuple[int, int] | None:
    """First and last pitch of the nearest statement of the lead that has notes."""
    for statement in plan:
        if statement.voice == "lead" and statement.motif.tones:
            key, tonic = view.bar.phrase.key, _tonic(view, statement)
            return pitched(statement.motif.tones[0], key, tonic), pitched(statement.motif.tones[-1], key, tonic)
    return None


def _tonight(view: View, statement: Statement) -> Motif:
    """The first two visits say it as planned; the next two may ornament the lead's last statement of a phrase, no plain tune, and so on."""
    bar = view.bar
    last = statement.bar + statement.bars >= bar.phrase.bars and statement.how not in ("tune", "high")
    graced = bar.state.visit > 1 and last and statement.voice == "lead"
    if graced and view.night("ornament", view.idea).hits(600 * bar.live.complexity // 500, bar.state.visit // 2, bar.phrase.start):
        return ornament(statement.motif, SIXTEENTH)
    return statement.motif


def _varied(view: View, plan: Plan, index: int) -> Motif:
    """What a hand's variation makes of a statement: one of a phrase is graced or breathes out early, another one each time.

    Those that are not the plain tune are taken first, a given tune and the one that the phrase begins with last.
    """
    mine = [place for place, said in enumerate(plan) if said.how != "free" and said.motif.tones and _mine(view, said)]
    others = [place for place in mine if plan[place].how not in ("tune", "high")] or mine[1:] or mine
    if plan[index] is not plan[others[view.take.turn // 2 % len(others)]]:
        return _tonight(view, plan[index])
    motif = plan[index].motif
    graced = ornament(motif, SIXTEENTH // 2)
    return graced if view.take.turn % 2 and graced != motif else Motif(motif.tones[: -1 if len(motif.tones) > 1 else None], motif.span)


def _tonic(view: View, statement: Statement) -> int:
    """Where degree 0 stands: where the tune of the section has it, unless that leaves the lane; an octave up for ``high``."""
    key = view.bar.phrase.key
    own = compass(statement.motif, key)
    low, high = (0, 127) if statement.tonic is not None and view.part.range is None else view.lane
    if statement.tonic is not None:
        home = statement.tonic + 12 * (statement.how == "high")
    else:
        tune = compass(view.bar.phrase.tune, key) if statement.voice == "lead" else own
        home = seat(tune, (low, high), key.tonic, low + (high - low) * statement.lift // 1000)
    return seat(own, (low, high), key.tonic, home + (own[0] + own[1]) // 2)


def _written(view: View, sung: tuple[Sung, ...], skipped: int, whole: bool) -> list[Event]:
    """The notes of a line that began ``skipped`` ticks before, as far as they fall into this bar.

    ``whole``: a tune that is given is not bent to a style's lane.
    """
    bar, voice = view.bar, view.style.voice("lead")
    limit = bar.state.meter.bar // 2 if bar.thin else bar.state.meter.bar
    low, high = view.lane
    pen, peak = Pen(view), max((note.pitch for note in sung), default=0)
    out: list[Event] = []
    for note in sung:
        at = note.at - skipped
        if not 0 <= at < limit:
            continue
        slot = at // SIXTEENTH
        accent = (6 if slot in bar.pulses else 0) + (5 if note.pitch == peak else 0)
        pitch = note.pitch if whole else housed(note.pitch, low, high, bar.chord_at(slot).chord)
        length = max(1, note.length * voice.length // 1000)
        out.append(pen.note("lead", at, pitch, length, between(*voice.velocity, bar.live.loud) + accent))
    return out
