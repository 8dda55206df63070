"""Laws of reading: limits hold while streaming, text stays text, one slip does not hide the others."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from performer.source.nodes import Items, Mark, Node, Pairs, Scalar
from performer.source.problems import MOST
from performer.source.reader import MAX_BYTES, read
from performer.source.tree import MAX_DEPTH, MAX_NODES


def problems(text: str | bytes, *, fast: bool = True) -> list[str]:
    data = text if isinstance(text, bytes) else text.encode()
    return [str(p) for p in read("f", data, fast=fast).problems]


def root(text: str) -> Pairs:
    document = read("f", text.encode())
    assert not document.problems
    assert isinstance(document.root, Pairs)
    return document.root


@pytest.mark.parametrize("text", ["off", "C#", "1:30", "4/4", "010", "1e3", "~", "null", "2026-11-22", "=", "-6dB", "F♯", "3 - 1 ."])
def test_a_scalar_is_the_text_that_was_written(text: str) -> None:
    ((key, value),) = root(f"a: {text}\n").pairs
    assert (key.text, key.mark) == ("a", Mark(1, 1))
    assert value == Scalar(text, Mark(1, 4))


def test_every_node_knows_its_place_and_style() -> None:
    pairs = root("\ufeffa:\n  - 'x y'\n  - {b: \"z\"}\r\nc: d # e\n")
    items = pairs.pairs[0].value
    assert isinstance(items, Items)
    assert items.items[0] == Scalar("x y", Mark(2, 5), "'")
    inner = items.items[1]
    assert isinstance(inner, Pairs)
    assert inner.pairs[0].value == Scalar("z", Mark(3, 9), '"')
    assert pairs.pairs[1].value == Scalar("d", Mark(4, 4), "", "# e")


@pytest.mark.parametrize("fast", [True, False])
@pytest.mark.parametrize(
    "text",
    ["[" * 200_000, "[\n" * 100_000, "{a: " * 200_000, "- " * 200_000, "? " * 200_000, "".join(" " * i + "a:\n" for i in range(100))],
)
def test_depth_is_refused_while_streaming(text: str, fast: bool) -> None:
    said = problems(text, fast=fast)
    assert len(said) == 1
    assert "nested" in said[0]


def test_the_deepest_allowed_is_read_and_one_more_is_not() -> None:
    assert not problems("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    assert "32 deep" in problems("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))[0]


def test_size_and_number_are_limits() -> None:
    assert "bytes" in problems(b"#" * (MAX_BYTES + 1))[0]
    assert "empty" in problems(b"#" * MAX_BYTES)[0]
    assert not problems("[" + "a, " * (MAX_NODES - 2) + "]")
    assert "50,000" in problems("[" + "a, " * MAX_NODES + "]")[0]


def test_problems_are_a_bounded_number() -> None:
    said = problems("a: 1\n" * 100_000)
    assert len(said) == MOST + 1
    assert "more problems" in said[-1]


def test_reading_goes_on_at_the_next_key_of_the_file() -> None:
    document = read("f", b"a: 1\nb: {x: 1\nc: | C |\nd: 2\n  e: 3\nf: 4\n")
    assert [(p.line, p.column) for p in document.problems] == [(2, 4), (3, 4), (5, 4)]
    assert isinstance(document.root, Pairs)
    assert [pair.key.text for pair in document.root.pairs] == ["a", "b", "d", "f"]
    ran_on = document.root.pairs[2].value
    assert isinstance(ran_on, Scalar)
    assert ran_on.refused
    assert not document.whole


def test_a_key_is_found_twice_also_across_a_syntax_error() -> None:
    assert problems("a: 1\nb: | x |\na: 2\n")[1] == "f:3:1: a: is here twice (first on line 1)"


def test_what_was_complete_before_a_slip_is_kept() -> None:
    document = read("f", b"a:\n  b: {c: 1}\n  d: {e: 2, f: 3\n")
    assert isinstance(document.root, Pairs)
    inner = document.root.pairs[0].value
    assert isinstance(inner, Pairs)
    assert [pair.key.text for pair in inner.pairs] == ["b", "d"]


@pytest.mark.parametrize(
    "text",
    ["a: - x", "a: | C |",
     "a: *x y", "a: &x", "a: !x y", "a: @x", "a: b: c", "\ta: 1", "tempo:122\nb: 1", 'a: "x\nb: 2\n', "a: {b: 1\nc: 2\n",
     "a: {b: F# C #m, d: 1}\nc: 2\n", 'a: "x" y\nb: 1', "a: [1, 2\nb: 3", "a: {b: blue, gold}", "a: 1\n---\nb: 2", "a\nb: 1", "a: #f00"],
)  # fmt: skip
def test_both_parsers_say_the_same(text: str) -> None:
    assert problems(text) == problems(text, fast=False)
    assert problems(text)


def test_bytes_that_are_no_text_are_one_problem_with_a_place() -> None:
    assert problems(b"a: 1\nb: \xff\n") == ["f:2:4: this is not UTF-8 text (save the file as UTF-8)"]
    assert "UTF-8" in problems("a: 1\n".encode("utf-16"))[0]


def depth(node: Node | None) -> int:
    if isinstance(node, Pairs):
        return 1 + max((depth(value) for _, value in node.pairs), default=0)
    return 1 + max(map(depth, node.items), default=0) if isinstance(node, Items) else 0


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("ab:{}[]\"',#-|> \n\t&*!%@`?1"), max_size=60))
def test_any_text_is_read_and_every_problem_lies_inside_it(text: str) -> None:
    document = read("f", text.encode())
    lines = text.replace("\r", "\n").split("\n")
    for problem in document.problems:
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1
    assert depth(document.root) <= MAX_DEPTH


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=80))
def test_any_bytes_are_read(data: bytes) -> None:
    read("f", data)
