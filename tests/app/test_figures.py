"""The template of charts: its colours are the theme's, and light enough on a dark ground, wherever they are."""

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from _ui import figures
from plotly.colors import sample_colorscale

THEMES = tomllib.loads((Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text())["theme"]


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.1."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


def test_the_palettes_are_those_of_the_themes_and_can_be_seen() -> None:
    for palette, theme in ((figures.SEQUENCE, THEMES["light"]), (figures.ON_DARK, THEMES["dark"])):
        assert palette == theme["chartCategoricalColors"]
    ground = luminance(THEMES["dark"]["backgroundColor"])
    assert min((luminance(colour) + 0.05) / (ground + 0.05) for colour in figures.ON_DARK) > 4.5


@pytest.mark.parametrize("many", [list, tuple, np.array])
def test_every_colour_of_a_chart_is_lightened_and_nothing_else(many: type) -> None:
    colours, x = figures.SEQUENCE[:3], np.arange(3, dtype=np.float32)
    figure = go.Figure()
    figure.add_bar(x=x, y=["a", "b", "c"], marker={"color": many(colours), "pattern": {"shape": "/"}})
    figure.add_scatter(x=x, y=x, line={"color": colours[0], "dash": "dot"}, name=colours[0][1:])
    light = go.Figure(figures.lightened(figure.to_dict()))
    assert list(light.data[0].marker.color) == figures.ON_DARK[:3]
    assert light.data[1].line.color == figures.ON_DARK[0]
    assert (light.data[1].line.dash, light.data[1].name) == ("dot", colours[0][1:])
    assert light.to_dict()["data"][1]["x"] == figure.to_dict()["data"][1]["x"]
    assert figure.data[1].line.color == colours[0]


def test_on_a_phone_a_finger_scrolls_and_every_name_has_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[go.Figure, list[str]]] = []

    def keep(figure: go.Figure, *, config: dict[str, Any], **_: Any) -> None:
        drawn.append((figure, config["modeBarButtonsToRemove"]))

    monkeypatch.setattr(figures.st, "plotly_chart", keep)
    for phone in (False, True):
        monkeypatch.setattr(figures.sidebar, "on_a_phone", lambda phone=phone: phone)
        figure = go.Figure([go.Scatter(y=[1, 2], name=f"run {n}") for n in range(5)])
        figures.show(figure, alt="five", key="five", height=300)
    (wide, kept), (narrow, fewer) = drawn
    assert (wide.layout.height, narrow.layout.height) == (300, 300 + 3 * figures.LINE)
    assert narrow.layout.dragmode is False
    assert wide.layout.dragmode is None
    assert "zoom2d" in set(fewer) - set(kept)
    figures.show(go.Figure(go.Scatter3d(x=[1], y=[1], z=[1])), alt="a cube", key="cube")
    assert drawn[-1][0].layout.dragmode is None, "a cube is turned with a finger"


def test_axes_are_in_the_inks_of_the_theme(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[go.Figure] = []
    monkeypatch.setattr(figures.st, "plotly_chart", lambda figure, **options: drawn.append(figure))
    figures.show(go.Figure().add_bar(x=[1], y=["a"]), alt="one bar", key="any")
    axis, light = drawn[0].layout.xaxis, THEMES["light"]
    assert (axis.tickfont.color, axis.gridcolor) == (light["grayTextColor"], light["borderColor"])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_in_coloured_boxes_can_be_read(theme: str) -> None:
    inks = THEMES[theme]
    for colour in ("red", "orange", "yellow", "green", "blue"):
        pair = luminance(inks[f"{colour}TextColor"]), luminance(inks[f"{colour}BackgroundColor"])
        assert (max(pair) + 0.05) / (min(pair) + 0.05) > 4.5, colour


def test_words_in_a_heat_map_can_be_read_on_every_colour() -> None:
    values = np.linspace(0, 1, 101).reshape(1, -1)
    names = [str(column) for column in range(101)]
    figure = figures.written(go.Heatmap(z=values, x=names, y=["a"]), [names])
    notes = figure.layout.annotations
    assert [note.text for note in notes] == names
    for note, ground in zip(notes, sample_colorscale("Cividis", values[0].tolist(), colortype="tuple"), strict=True):
        dark, light = sorted(
            [luminance(note.font.color), luminance("#" + "".join(f"{round(255 * p):02x}" for p in ground))]
        )
        assert (light + 0.05) / (dark + 0.05) >= 4.5
    gaps = figures.written(go.Heatmap(z=[[0.2, np.nan]], x=["a", "b"], y=["c"]), [["x", ""]])
    assert [note.text for note in gaps.layout.annotations] == ["x"]
