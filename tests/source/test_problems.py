"""Laws of problems: one line each, in order, nothing of the author's reaches a terminal raw."""

from hypothesis import given
from hypothesis import strategies as st

from performer.source.problems import Problem, check_json, in_order, printable, quoted, report, suggestion, with_source


def problem(line: int = 1, column: int = 1, what: str = "is wrong", path: str = "") -> Problem:
    return Problem("s.yaml", line, column, path, what)


def test_a_problem_is_one_line_with_its_hint() -> None:
    full = Problem("s.yaml", 3, 8, "sections.drop.bars", "must be from 1 to 512, not 0", "did you mean 8?")
    assert str(full) == "s.yaml:3:8: sections.drop.bars: must be from 1 to 512, not 0 (did you mean 8?)"
    assert str(problem()) == "s.yaml:1:1: is wrong"


def test_the_caret_stands_under_the_place() -> None:
    assert with_source(problem(2, 5), ["a", "key: H"]) == "s.yaml:2:5: is wrong\n 2 | key: H\n   |     ^"


def test_a_long_line_is_shown_round_the_caret() -> None:
    _, shown, caret = with_source(problem(1, 501), ["x" * 500 + "!" + "y" * 500]).split("\n")
    assert len(shown) < 120
    assert shown[caret.index("^")] == "!"


def test_a_place_outside_the_lines_is_said_without_a_line() -> None:
    assert with_source(problem(9), ["a"]) == "s.yaml:9:1: is wrong"


@given(st.text(max_size=60))
def test_no_control_character_is_printed(text: str) -> None:
    assert printable(text).isprintable()
    assert str(problem(what=quoted(text), path=text)).isprintable()
    assert all(line.isprintable() for line in report([problem(1, 3)], {"s.yaml": text.encode("utf-8", "replace")}).split("\n"))


def test_problems_are_sorted_and_said_once() -> None:
    rows = [problem(3), problem(1, 2), problem(1, 1), problem(3), problem(3, path="again")]
    assert [(p.line, p.column) for p in in_order(rows)] == [(1, 1), (1, 2), (3, 1)]


def test_suggestions_name_the_nearest_or_the_few() -> None:
    assert suggestion("tempoo", ("tempo", "key")) == "did you mean tempo?"
    assert suggestion("zzz", ("tempo", "key")) == "one of: tempo, key"
    assert suggestion("zzz", (f"word{i}" for i in range(50))) == ""
    assert suggestion("z" * 10_000, ("tempo",)) == "one of: tempo"


def test_json_holds_every_row() -> None:
    said = check_json([problem(2, 4, path="key")])
    assert said["ok"] is False
    assert said["problems"] == [{"file": "s.yaml", "line": 2, "column": 4, "path": "key", "what": "is wrong", "hint": ""}]
    assert check_json([]) == {"ok": True, "problems": []}
