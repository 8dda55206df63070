"""What browsers are told of a player's records: each note before its time, with its end, and what changes after that."""

from hypothesis import given, settings
from hypothesis import strategies as st

from performer.records import CONDUCTOR, Alarm, Mark, Message, Pair, Replace, Safe, Setting, Shot, Silence
from performer.run.page.feed import AHEAD, PageFeed
from performer.wire.osc import encode

MS = 1000
BEAT = 500 * MS


def pair(at: int, key: int = 60, length: int = 400 * MS, part: str = "keys", velocity: int = 90) -> Pair:
    ident = (at // MS * 131 + key) & 0x7FFFFFFF
    return Pair(at, at, at + length, encode("/note/on", (part, key, velocity, ident)), encode("/note/off", (part, key, ident)), key, ident)


def parcel(t0: int, t1: int, *pairs: Pair, part: str = "keys", gen: int = 0, cut: int = -1, shots: tuple[Shot, ...] = ()) -> Replace:
    marks = tuple(Mark(shot.due, 0) for shot in shots if part == CONDUCTOR)
    return Replace(gen, "page", part, t0, t1, cut, pairs, (), shots, marks)


class Browser:
    """What a browser knows after all that it was told: serial -> [on, off, part, key]; ``drops`` counts what was taken back."""

    def __init__(self) -> None:
        self.notes: dict[object, list[object]] = {}
        self.told_at: dict[object, int] = {}
        self.drops = 0

    def hear(self, feed: PageFeed, now: int) -> None:
        for row in feed.step(now):
            if row[0] == "on":
                assert row[6] not in self.told_at, "a serial was used twice"
                self.notes[row[6]] = row[1:5]
                self.told_at[row[6]] = now
            elif row[0] == "off":
                note = self.notes[row[2]]
                assert float(str(row[1])) <= float(str(note[1])), "an end moved later"
                note[1] = row[1]
            elif row[0] == "drop":
                self.notes.pop(row[1], None)
                self.drops += 1

    def heard(self) -> list[tuple[object, object, object]]:
        return sorted((note[0], note[3], note[1]) for note in self.notes.values())


def play(messages: dict[int, list[Message]], until: int, step: int = 20 * MS) -> tuple[Browser, PageFeed]:
    feed, browser = PageFeed(), Browser()
    for now in range(0, until, step):
        for at in sorted(at for at in messages if now - step < at <= now):
            for message in messages[at]:
                feed.take(message, now)
        browser.hear(feed, now)
    return browser, feed


def test_a_note_is_told_once_ahead_of_its_time_with_its_end() -> None:
    browser, _ = play({0: [parcel(0, 4 * BEAT, pair(BEAT), pair(3 * BEAT, 64))]}, 6 * BEAT)
    assert browser.heard() == [(500.0, 60, 900.0), (1500.0, 64, 1900.0)]
    assert list(browser.told_at.values()) == [
        BEAT - AHEAD + (-(BEAT - AHEAD) % (20 * MS)),
        3 * BEAT - AHEAD + (-(3 * BEAT - AHEAD) % (20 * MS)),
    ]
    assert browser.drops == 0


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 1500), st.integers(0, 3), st.lists(st.integers(0, 9), min_size=1, max_size=6, unique=True), st.booleans()),
        min_size=2,
        max_size=8,
    ),
    st.integers(5, 40),
)
def test_after_any_replaces_the_browser_knows_what_a_player_without_lookahead_plays(
    replaces: list[tuple[int, int, list[int], bool]], step_ms: int
) -> None:
    """The oracle is the player itself: what it begins at its time, unless it was replaced within the last look."""
    messages: dict[int, list[Message]] = {}
    for gen, (when, start, slots, cuts) in enumerate(replaces):
        t0 = (when + 60) // 125 * 125 * MS + 125 * MS + start * 125 * MS
        notes = {slot: pair(t0 + slot * 125 * MS, 60 + slot % 5, 600 * MS, velocity=60 + gen) for slot in slots}
        whole = parcel(t0, t0 + 41 * 125 * MS, *[notes[slot] for slot in sorted(notes)], gen=gen, cut=t0 if cuts else -1)
        messages.setdefault(when * MS, []).append(whole)
    end = 10_000 * MS
    browser, feed = play(messages, end, step_ms * MS)
    oracle = Oracle()
    for now in range(0, end, step_ms * MS):
        for at in sorted(at for at in messages if now - step_ms * MS < at <= now):
            for message in messages[at]:
                oracle.feed.take(message, now)
        oracle.play(now)
    assert browser.heard() == oracle.heard()
    assert feed.unread == 0


class Oracle:
    """A player that is only asked what is due."""

    def __init__(self) -> None:
        self.feed = PageFeed().player
        self.notes: dict[int, list[float]] = {}

    def play(self, now: int) -> None:
        for out in self.feed.due(now):
            if out.note is not None and out.on:
                self.notes[out.token] = [out.due / 1000, out.note.key, 0.0]
            elif out.note is not None:
                self.notes[out.token][2] = out.due / 1000

    def heard(self) -> list[tuple[float, ...]]:
        return sorted(tuple(note) for note in self.notes.values())


def test_what_is_replaced_before_it_sounds_is_taken_back() -> None:
    first, second = parcel(0, 8 * BEAT, pair(2 * BEAT)), parcel(BEAT, 8 * BEAT, pair(2 * BEAT, 67), gen=1)
    browser, _ = play({0: [first], 900 * MS: [second]}, 8 * BEAT)
    assert browser.heard() == [(1000.0, 67, 1400.0)]
    assert browser.drops == 1


def test_a_cut_ends_what_sounds_and_what_was_told() -> None:
    first, jump = parcel(0, 8 * BEAT, pair(BEAT, length=6 * BEAT)), parcel(2 * BEAT, 8 * BEAT, gen=1, cut=2 * BEAT)
    browser, _ = play({0: [first], 700 * MS: [jump]}, 8 * BEAT)
    assert browser.heard() == [(500.0, 60, 1000.0)]


def test_an_end_that_moves_is_told_before_it_comes() -> None:
    feed, browser = PageFeed(), Browser()
    feed.take(parcel(0, 8 * BEAT, pair(BEAT, length=4 * BEAT), pair(BEAT + 100 * MS, 64, 4 * BEAT)), 0)
    browser.hear(feed, BEAT - 140 * MS)
    feed.take(parcel(2 * BEAT, 8 * BEAT, gen=1, cut=2 * BEAT), BEAT - 130 * MS)
    browser.hear(feed, BEAT - 120 * MS)
    assert browser.heard() == [(500.0, 60, 1000.0), (600.0, 64, 1000.0)]
    browser.hear(feed, BEAT + 10 * MS)
    feed.take(parcel(BEAT + 200 * MS, 8 * BEAT, gen=2, cut=BEAT + 300 * MS), BEAT + 20 * MS)
    browser.hear(feed, BEAT + 40 * MS)
    assert browser.heard() == [(500.0, 60, 800.0), (600.0, 64, 800.0)]


def test_a_note_that_changes_before_it_sounds_is_told_anew() -> None:
    feed, rows = PageFeed(), []
    for gen, velocity in enumerate((40, 100)):
        feed.take(parcel(0, 8 * BEAT, pair(BEAT, velocity=velocity), gen=gen), gen * 20 * MS)
        rows += feed.step(BEAT - 200 * MS + gen)
    assert [(row[0], row[5] if row[0] == "on" else row[1]) for row in rows] == [("on", 40), ("drop", 1), ("on", 100)]


def test_a_mute_ends_what_sounds_at_once_and_lets_nothing_begin_until_it_is_lifted() -> None:
    notes = [pair(n * BEAT, length=450 * MS) for n in range(1, 8)]
    browser, _ = play(
        {0: [parcel(0, 9 * BEAT, *notes)], 1100 * MS: [Silence(1, "keys", True)], 2600 * MS: [Silence(2, "keys", False)]}, 10 * BEAT
    )
    assert [on for on, _, _ in browser.heard()] == [500.0, 1000.0, 3000.0, 3500.0]
    assert [off for on, _, off in browser.heard() if on == 1000.0] == [1100.0]


def test_panic_releases_and_plays_on_at_the_next_bar() -> None:
    bars = parcel(0, 12 * BEAT, part=CONDUCTOR, shots=tuple(Shot(n, n, encode("/bar", (0, 4, 120_000))) for n in (0, 4 * BEAT, 8 * BEAT)))
    notes = parcel(0, 12 * BEAT, *(pair(n * BEAT, length=450 * MS) for n in range(1, 9)))
    browser, _ = play({0: [bars, notes], 1100 * MS: [Alarm(1, False)]}, 12 * BEAT)
    assert [on for on, _, _ in browser.heard()] == [500.0, 1000.0, 2000.0, 2500.0, 3000.0, 3500.0, 4000.0]
    assert [off for on, _, off in browser.heard() if on == 1000.0] == [1100.0]


def test_when_nothing_more_comes_the_safe_bar_is_told() -> None:
    safe = Safe(0, "page", 4 * BEAT, (pair(0), pair(2 * BEAT)), ())
    line = parcel(0, 4 * BEAT, part=CONDUCTOR, shots=(Shot(0, 0, encode("/bar", (0, 4, 120_000))),))
    browser, _ = play({0: [line, parcel(0, 4 * BEAT, pair(0)), safe]}, 12 * BEAT)
    assert [on for on, _, _ in browser.heard()][:4] == [0.0, 2000.0, 3000.0, 4000.0]


def test_plans_show_what_is_ahead_and_only_what_changed() -> None:
    feed = PageFeed()
    feed.take(parcel(0, 8 * BEAT, pair(4 * BEAT), pair(6 * BEAT, 62)), 0)
    feed.take(parcel(0, 8 * BEAT, part=CONDUCTOR, shots=(Shot(0, 0, encode("/chord", ("Fm", "Db"))),)), 0)
    assert feed.plans(0) == [
        ("plan ", {"marks": [[0.0, "/chord", "Fm", "Db"]]}),
        ("plan keys", {"plan": "keys", "notes": [[2000.0, 2400.0, 60, 90], [3000.0, 3400.0, 62, 90]]}),
    ]
    assert feed.plans(0) == []
    feed.take(parcel(5 * BEAT, 8 * BEAT, gen=1), 0)
    assert feed.plans(0) == [("plan keys", {"plan": "keys", "notes": [[2000.0, 2400.0, 60, 90]]})]


def test_a_browser_that_comes_late_knows_what_sounds_and_every_value() -> None:
    feed = PageFeed()
    level = Setting(0, 0, encode("/control", ("keys/mix", 0.5)), "keys/mix")
    feed.take(Replace(0, "page", "keys", 0, 9 * BEAT, -1, (pair(0, length=8 * BEAT), pair(BEAT, 64)), (level,), (), ()), 0)
    for now in range(0, 4 * BEAT, 20 * MS):
        feed.step(now)
    feed.plans(4 * BEAT)
    sounding = feed.welcome(4 * BEAT)[0]["sounding"]
    assert sounding == [["now", "/control", "keys/mix", 0.5], ["on", 0.0, 4000.0, "keys", 60, 90, sounding[-1][-1]]]  # type: ignore[index]


def test_bytes_that_are_no_osc_are_counted_and_harm_nothing() -> None:
    bad = Pair(BEAT, BEAT, 2 * BEAT, b"\xff\xff", b"", 60, 1)
    browser, feed = play({0: [parcel(0, 8 * BEAT, bad, pair(2 * BEAT))]}, 4 * BEAT)
    assert browser.heard() == [(1000.0, 60, 1400.0)]
    assert feed.unread > 0


def test_what_comes_too_late_counts_as_missed_only_while_somebody_looks() -> None:
    for watched in (True, False):
        feed = PageFeed()
        feed.watched = watched
        feed.take(parcel(0, BEAT, pair(0)), BEAT // 2)
        feed.step(BEAT // 2)
        assert feed.player.tallies[0].dropped == watched
