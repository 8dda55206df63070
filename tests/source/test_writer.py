"""Written YAML is read back as the same texts in the same order."""

from hypothesis import given, settings
from hypothesis import strategies as st

from performer.source.nodes import Node, Pairs, Scalar
from performer.source.reader import read
from performer.source.writer import WIDTH, pairs, scalar, written

WORDS = ["-6dB", "0.5 > 0.9", "i7 | iv7 v7 |", "5 . 6 5", "-", "F#m7b5/A", "2 s", "off", "1:30", ". - x", "R... ..R."]
SIGNS = st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"), exclude_characters="\x85\u2028\u2029")
TEXTS = st.one_of(st.text(SIGNS, min_size=1, max_size=40), st.sampled_from(WORDS)).map(str.strip).filter(bool)
KEYS = st.from_regex(r"[a-z0-9][a-z0-9~-]{0,9}", fullmatch=True)
TREES = st.recursive(TEXTS.map(scalar), lambda below: st.dictionaries(KEYS, below, min_size=1, max_size=4).map(pairs), max_leaves=12)


def plain(node: Node | None) -> object:
    if isinstance(node, Pairs):
        return [(key.text, plain(value)) for key, value in node.pairs]
    assert isinstance(node, Scalar)
    return node.text


@settings(max_examples=50)
@given(tree=st.dictionaries(KEYS, TREES, min_size=1, max_size=5).map(pairs))
def test_what_is_written_is_read_back(tree: Pairs) -> None:
    text = written(tree, {tree.pairs[0].key.text: "a comment"})
    document = read("x.yaml", text.encode())
    assert not document.problems
    assert plain(document.root) == plain(tree)


def test_what_fits_stands_in_braces_and_what_does_not_in_lines() -> None:
    short, long = pairs({"a": scalar("1"), "b": scalar("")}), pairs({f"k{n}": scalar("x" * 20) for n in range(9)})
    lines = written(pairs({"short": short, "long": long})).splitlines()
    assert lines[0] == "short: {a: 1, b: }"
    assert lines[1] == "long:"
    assert all(len(line) <= WIDTH for line in lines)
