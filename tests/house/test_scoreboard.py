"""The musical scoreboard tells styles apart, says what is outside, and computes every figure on real songs."""

import numpy as np
import pytest

from bench.music import by_style, measured
from bench.music.classifier import learn
from bench.music.drums import fill_bars
from bench.music.figure import Figure, each, row
from bench.music.material import Material
from bench.music.scoreboard import FIGURES


def test_the_judge_names_what_it_learned_and_sees_what_lies_between() -> None:
    chance = np.random.default_rng(7)
    places = {"a": np.zeros(12), "b": np.linspace(0, 3, 12), "c": np.linspace(3, 0, 12)}
    wise = learn({name: [at + chance.normal(0, 0.4, 12) for _ in range(6)] for name, at in places.items()})
    named = [wise.name(at + chance.normal(0, 0.4, 12)) == name for name, at in places.items() for _ in range(10)]
    assert sum(named) >= 27
    way = [wise.between(places["a"] * (1 - w) + places["b"] * w, "a", "b") for w in (0, 0.25, 0.5, 0.75, 1)]
    assert way == sorted(way)
    assert way[0] == pytest.approx(0, abs=0.2)
    assert way[-1] == pytest.approx(1, abs=0.2)


def test_a_row_says_which_style_is_outside() -> None:
    figure = Figure(name="fills", says="fill bars", of=each(fill_bars), low=0.02, high=0.2)
    values = {"a": [0.1, 0.12], "b": [0.3, 0.31]}
    assert row(figure, values).met is False
    assert row(figure, {"a": [0.1, 0.12]}).met is True
    assert row(figure, {}).here == "nothing to measure"
    assert "0.30!" in by_style([(figure, values)])
    assert "0.11!" not in by_style([(figure, values)])


def test_the_values_of_many_styles_fit_a_terminal() -> None:
    names = [f"style-{number}" for number in range(20)]
    values = {name: [float(number)] for number, name in enumerate(names)}
    figures = (Figure(name="energy", says="", of=each(fill_bars), low=0.85), Figure(name="bars", says="", of=each(fill_bars)))
    blocks = by_style([(figure, values) for figure in figures]).split("\n\n")
    assert max(len(line) for block in blocks for line in block.splitlines()) <= 100
    assert [name for block in blocks for name in block.splitlines()[0].split()[2:]] == names
    assert [value for block in blocks for value in block.splitlines()[2].split()[1:]] == [f"{number}.00" for number in range(20)]
    assert all(block.splitlines()[1].split()[:3] == ["energy", ">=", "0.85"] for block in blocks), "each block says what it is about"


def test_every_figure_is_computed_from_real_songs() -> None:
    asked = Material(("ambient",), (1, 2), quick=True, classes=("ambient", "dub"))
    found_ = {figure.name: values for figure, values in measured(asked)}
    assert set(found_) == {figure.name for figure in FIGURES}
    played_by_machines = {"bars-set", "steps", "feel-velocity", "feel-timing", "feel-spread"}
    empty = {name for name, values in found_.items() if not any(values.values())}
    assert empty <= played_by_machines
    assert all(np.isfinite(value) for values in found_.values() for row_ in values.values() for value in row_)
    assert by_style(list(zip(FIGURES, found_.values(), strict=True))).count("\n") == len(FIGURES)
