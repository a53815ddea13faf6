"""The map's Python side: what is sent, what is refused, what comes back."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode
from typing import Any

import numpy as np
import pytest
from _ui.picture_map import picture_map
from _ui.picture_map.payload import pack
from streamlit.testing.v1 import AppTest

CLASSES = ["ship", "truck", "cat"]


def columns(n: int, **changes: Any) -> dict[str, Any]:
    return {
        "points": np.random.default_rng(0).normal(size=(n, 2)),
        "ids": [str(row) for row in range(n)],
        "thumbnails": "/thumbnails/abc/{index}.webp",
        "codes": np.arange(n) % 3,
        "classes": CLASSES,
    } | changes


def packed(n: int = 5, **changes: Any) -> dict[str, Any]:
    given = columns(n, **changes)
    return pack(given.pop("points"), **given)


def test_ten_thousand_points_travel_in_130_kib() -> None:
    size = len(json.dumps(packed(10_000)))
    assert size <= 130 * 1024, f"{size / 1024:.1f} KiB"


def test_coordinates_survive_to_a_sixty_thousandth_of_the_map() -> None:
    points = np.random.default_rng(1).normal(size=(500, 2)) * [30, 2] + [1e4, -3]
    data = packed(500, points=points)
    steps = np.frombuffer(b64decode(data["xy"]), dtype="<u2").reshape(2, 500).T
    left, bottom, right, top = data["box"]
    back = steps / 65535 * [right - left, top - bottom] + [left, bottom]
    np.testing.assert_allclose(back, points, atol=(right - left) / 65535)


@pytest.mark.parametrize("n_classes", [3, 254, 255, 600])
def test_codes_survive_whatever_the_number_of_classes(n_classes: int) -> None:
    codes = np.array([-1, 0, n_classes - 1])
    data = packed(3, codes=codes, classes=[f"class {i}" for i in range(n_classes)])
    kind = "<u2" if data["wide"] else "u1"
    back = np.frombuffer(b64decode(data["codes"]), dtype=kind).astype(int) - 1
    assert back.tolist() == codes.tolist()


def test_what_the_browser_can_tell_by_itself_is_not_sent() -> None:
    data = packed(4, labels=["ship", "truck", "cat", "ship"])
    assert data["ids"] is None
    assert data["labels"] is None
    data = packed(2, ids=["a", "b\nc"], labels=["ship", "lorry"], titles=["One", "Two"])
    assert (data["ids"], data["labels"], data["titles"]) == ("a\nb c", "ship\nlorry", "One\nTwo")


def test_one_point_and_a_straight_line_have_a_place() -> None:
    for points in ([[3.0, 4.0]], [[0.0, 1.0], [5.0, 1.0]]):
        assert packed(len(points), points=points)["n"] == len(points)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"points": np.zeros((5, 3))}, r"points of shape \(n, 2\), not \(5, 3\)"),
        ({"ids": ["a"]}, "5 points but 1 ids"),
        ({"codes": [0, 1]}, "5 points but 2 codes"),
        ({"titles": ["a"] * 6}, "5 points but 6 titles"),
        ({"points": [[0, 0], [1, np.nan], [2, 2], [3, 3], [np.inf, 4]]}, "2 points have no place.* row 1"),
        ({"codes": np.zeros(5)}, "must be integers, not float64"),
        ({"codes": [0, 1, 2, 3, 0]}, "from 0 to 3, but there are 3 classes"),
        ({"codes": [-2, 1, 2, 0, 0]}, "-1 means unlabelled"),
        ({"thumbnails": "/thumbnails/abc.webp"}, "must contain {index}"),
    ],
)
def test_columns_that_do_not_fit_are_refused_with_a_sentence(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        packed(5, **changes)


def script(n: int, selected: tuple[int, ...] = ()) -> None:
    import numpy as np
    import streamlit as st
    from _ui.picture_map import picture_map

    chosen = st.session_state.get("chosen", selected)
    event = picture_map(
        np.random.default_rng(0).normal(size=(n, 2)),
        ids=[str(row) for row in range(n)],
        thumbnails=None,
        codes=np.zeros(n, dtype=int),
        classes=["ship"],
        selected=chosen,
        opened=st.session_state.get("opened"),
        anew=st.session_state.get("anew"),
        key="map",
    )
    st.session_state["event"] = event
    fingerprint, count = st.session_state.get("map: opened", ("", 0))
    st.session_state["mark"] = f"{count}-{fingerprint}"


def run(n: int, selected: tuple[int, ...] = ()) -> AppTest:
    return AppTest.from_function(script, kwargs={"n": n, "selected": selected}, default_timeout=30)


def test_an_empty_map_is_a_sentence() -> None:
    app = run(0).run()
    assert not app.exception
    assert "no pictures" in app.info[0].value
    assert app.session_state["event"] == {"selection": {"points": []}, "clicked": None}


def test_rows_selected_by_the_page_come_back_until_the_page_selects_others() -> None:
    app = run(9, selected=(4, 2)).run()
    assert app.session_state["event"]["selection"]["points"] == [2, 4]
    app.session_state["chosen"] = (7,)
    assert app.run().session_state["event"]["selection"]["points"] == [7]


def test_a_page_test_can_seed_what_a_viewer_would_do() -> None:
    app = run(9, selected=(4,))
    app.session_state["map"] = {"selection": {"points": [1, 2, 99]}, "clicked": {"row": 3}}
    app.run()
    assert not app.exception
    assert app.session_state["event"] == {"selection": {"points": [1, 2]}, "clicked": 3}
    assert app.run().session_state["event"]["clicked"] == 3


def test_a_selected_row_outside_the_map_is_refused() -> None:
    with pytest.raises(ValueError, match=r"must lie in 0\.\.2, not 1\.\.3"):
        picture_map(selected=[3, 1], key="map", **columns(3))


def test_what_a_filter_leaves_out_travels_as_one_bit_a_row() -> None:
    shown = np.arange(11) % 3 != 0
    data = packed(11, shown=shown)
    bits = np.unpackbits(np.frombuffer(b64decode(data["gone"]), np.uint8))[:11]
    assert (bits == ~shown).all()
    assert packed(11, shown=np.ones(11, bool))["gone"] is None
    with pytest.raises(ValueError, match="11 points but 3 shown"):
        packed(11, shown=[True] * 3)


def test_the_two_commonest_classes_of_the_neighbours_travel_in_three_bytes() -> None:
    counts = np.array([[2, 8, 0], [0, 0, 10], [0, 0, 0], [5, 1, 4]])
    data = packed(4, near=(CLASSES, counts))
    triples = np.frombuffer(zlib.decompress(b64decode(data["near"])), np.uint8).reshape(4, 3)
    said = [[(CLASSES[a], n >> 4), (CLASSES[b], n & 15)] for a, b, n in triples.tolist()]
    assert said[0] == [("truck", 8), ("ship", 2)]
    assert said[1][0] == ("cat", 10)
    assert (said[1][1][1], said[2][0][1], said[2][1][1]) == (0, 0, 0)
    assert said[3] == [("ship", 5), ("cat", 4)]
    assert packed(4, near=(["only"], counts[:, :1]))["near"]
    with pytest.raises(ValueError, match="counts of 0 to 15"):
        packed(4, near=(CLASSES, counts * 2))


def test_long_text_travels_deflated_and_whole() -> None:
    ids = [f"train/portrait/painting-{row:05d}.jpg" for row in range(10_000)]
    sent = packed(10_000, ids=ids)["ids"]
    assert sent[0] == "\0"
    assert zlib.decompress(b64decode(sent[1:])).decode().split("\n") == ids
    assert len(sent) < 100 * 1024


def test_ten_thousand_paths_and_neighbours_travel_in_130_kib_too() -> None:
    draws, names = np.random.default_rng(0), [f"class {i}" for i in range(10)]
    codes = draws.integers(0, 10, 10_000)
    ids = [f"train/{names[code]}/{row:06d}.jpg" for row, code in enumerate(codes)]
    near = (names, draws.multinomial(10, [0.1] * 10, 10_000))
    size = len(json.dumps(packed(10_000, ids=ids, codes=codes, classes=names, near=near)))
    assert size <= 130 * 1024, f"{size / 1024:.1f} KiB"


def test_the_page_turns_to_a_picture_and_the_viewer_has_the_next_word() -> None:
    app = run(9)
    app.session_state["opened"] = 4
    app.run()
    assert app.session_state["event"]["clicked"] == 4
    app.session_state["map"] = {"clicked": {"row": 6, "basis": app.session_state["mark"]}}
    assert app.run().session_state["event"]["clicked"] == 6
    # The same once more is a new wish.
    app.session_state["anew"] = {"opened": 1}
    assert app.run().session_state["event"]["clicked"] == 4
