"""The words for a file with two dozen mistakes, kept whole: a change of a message is seen.

``python tests/show/test_golden_mistakes.py`` writes the golden text anew.
"""

from pathlib import Path

from performer.show.load import load_bytes
from performer.source.problems import report

GOLDEN = Path(__file__).parent / "golden"


def said() -> str:
    data = (GOLDEN / "mistakes.yaml").read_bytes()
    loaded = load_bytes({"mistakes.yaml": data}, "mistakes.yaml")
    return report(loaded.problems, loaded.sources) + "\n"


def test_every_mistake_is_said_at_its_place_in_these_words() -> None:
    assert said() == (GOLDEN / "mistakes.txt").read_text()


if __name__ == "__main__":
    (GOLDEN / "mistakes.txt").write_text(said())
