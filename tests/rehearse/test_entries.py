"""The file of what to press: read as typed, refused with every problem at once."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from performer.controls import Control, FireCue, GoTo, Macro, Mute, Next, SetTempo, When
from performer.engine.performance import Score
from performer.rehearse.entries import Script, read, understanding, unreached
from performer.rehearse.render import Press, render
from performer.show.definition import Show


def script(show: Show, text: str) -> Script:
    return read("friday.txt", text.encode(), understanding(show))


def problems(show: Show, text: str) -> list[str]:
    return [str(problem) for problem in script(show, text).problems]


def test_a_script_is_read_as_typed(show: Show) -> None:
    text = """
    # the first song
    17.1      /performer/section odd bar
    17.2+1/3  /performer/section/build    # said in the address
    18        /performer/next
    @12.5s    /performer/energy 0.9
    @1:30     /performer/part/bass/mute 1
    @2        /performer/cue strobe 1 0.5 "deep red" '#7'
    20.4      /performer/tempo 125
    """
    found = script(show, text)
    assert not found.problems
    assert [(p.bar, p.beat, p.over, p.under, p.micros, p.line) for p in found.presses] == [
        (17, 1, 0, 1, None, 3),
        (17, 2, 1, 3, None, 4),
        (18, 1, 0, 1, None, 5),
        (1, 1, 0, 1, 12_500_000, 6),
        (1, 1, 0, 1, 90_000_000, 7),
        (1, 1, 0, 1, 2_000_000, 8),
        (20, 4, 0, 1, None, 9),
    ]
    controls: list[Control] = [
        GoTo("odd", When.BAR),
        GoTo("build"),
        Next(),
        Macro("energy", 900),
        Mute("bass", on=True),
        FireCue("strobe", (1, 0.5, "deep red", "#7")),
        SetTempo(480_000),
    ]
    assert [press.control for press in found.presses] == controls


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("soon /performer/next", "friday.txt:1:1: 'soon' is no place (write bar.beat such as 17.1, or a show time such as @12.5s)"),
        ("  0.1 /performer/next", "friday.txt:1:3: bars and beats count from 1"),
        ("1.0 /performer/next", "friday.txt:1:1: bars and beats count from 1"),
        ("1.1+2/2 /performer/next", "friday.txt:1:1: '1.1+2/2': the fraction of a beat is not below 1"),
        ("1.1+1/0 /performer/next", "friday.txt:1:1: '1.1+1/0': the fraction of a beat is not below 1"),
        ("900000.1 /performer/next", "friday.txt:1:1: bar 900000 is beyond 100,000"),
        ("17.1", "friday.txt:1:5: no address here (such as /performer/next)"),
        ("17.1  # later", "friday.txt:1:7: no address here (such as /performer/next)"),
        ("17.1  next", "friday.txt:1:7: 'next' is not an address (such as /performer/next)"),
        ("17.1 /performer/cue 'open", "friday.txt:1:6: a quotation mark is not closed"),
        ("17.1 /performer/sektion odd", "friday.txt:1:6: no such address (did you mean /performer/section?)"),
        ("17.1 /performer/section ode", "friday.txt:1:6: no section called 'ode' (did you mean odd?)"),
        ("17.1 /performer/energy loud", "friday.txt:1:6: value is a number, not 'loud'"),
        ("17.1 /performer/next 0", "friday.txt:1:6: a button let go presses nothing"),
        ("17.1 /performer/ping 1", "friday.txt:1:6: asks for an answer, and nobody is there to hear it"),
        ("17.1 /performer/adopt x", "friday.txt:1:6: no such address"),
    ],
)
def test_a_wrong_line_is_said_with_its_place(show: Show, line: str, said: str) -> None:
    (found,) = problems(show, line)
    assert found.startswith(said)


def test_all_problems_are_said_at_once_and_nothing_is_pressed(show: Show) -> None:
    found = script(show, "17.1 /performer/next\nsoon /x\n18.1 /performer/nix\n")
    assert [problem.line for problem in found.problems] == [2, 3]
    assert not found.presses


def test_bytes_that_are_no_text_are_said_with_their_place(show: Show) -> None:
    (problem,) = read("friday.txt", b"17.1 /performer/next\n18.1 \xff", understanding(show)).problems
    assert str(problem) == "friday.txt:2:6: not UTF-8 text (save it as UTF-8)"


def test_a_file_without_end_is_refused(show: Show) -> None:
    assert "longer than" in str(read("friday.txt", b"#" * 1_000_001, understanding(show)).problems[0])


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=80))
def test_no_bytes_raise(data: bytes) -> None:
    read("friday.txt", data, lambda address, args: "unknown")


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="@0123456789.:+/s #'\"\\\t-e/performernext", max_size=40))
def test_no_line_raises(text: str) -> None:
    for problem in read("friday.txt", text.encode(), lambda address, args: "unknown").problems:
        assert 1 <= problem.column <= len(text) + 1


def test_what_was_never_reached_is_a_problem_of_the_file(show: Show, score: Score) -> None:
    found = script(show, "2.1 /performer/energy 1\n\n99.1 /performer/next\n")
    rendering = render(show, 0, score=score, presses=found.presses)
    assert rendering.unreached == (Press(control=Next(), line=3, bar=99),)
    assert [str(p) for p in unreached("friday.txt", rendering.unreached)] == ["friday.txt:3:1: the performance was over before this"]
