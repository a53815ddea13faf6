"""Two encoders side by side: agreement in figures, one selection on both maps, and an opened picture's ranks."""

import pytest
from streamlit.testing.v1 import AppTest

from contrastive import catalogue, compare, datasets
from contrastive.embed import embed
from tests.app.opening import clean, open_page


def opened(second: str, **query: str) -> AppTest:
    return open_page(
        "map.py", data="digits", encoder="pixels", view="two encoders", layout="pca", second=second, **query
    )


def figures(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def test_the_same_encoder_twice_agrees_wholly() -> None:
    app = opened("pixels")
    assert figures(app)["Neighbours in common"] == "100.0%"
    assert figures(app)["Linear CKA"] == "1.000"
    assert any("**10.0** are the same" in text.value for text in app.markdown)
    assert not any("disagree" in head.value for head in app.subheader)
    assert (app.dataframe[0].value["overlap"] == 1).all()


def test_two_encoders_and_k_from_the_address() -> None:
    app = opened("untrained", k="5")
    whole = datasets.load("digits")
    a, b = (compare.nearest(embed(name, whole), 5) for name in ("pixels", "untrained"))
    common = compare.overlap(a, b)
    assert figures(app)["Neighbours in common"] == f"{common.mean():.1%}"
    table = app.dataframe[0].value
    assert table.set_index("id")["overlap"].to_dict() == pytest.approx(
        dict(zip(whole.table["id"], common, strict=True))
    )
    assert table["overlap"].is_monotonic_increasing
    assert any("disagree" in head.value for head in app.subheader)
    assert app.query_params["second"] in ("untrained", ["untrained"])


@pytest.mark.parametrize("side", ["two-left", "two-right"])
def test_a_selection_on_one_map_is_one_on_both(side: str) -> None:
    app = opened("untrained")
    app.session_state[side] = {"selection": {"points": [3, 5, 8]}, "clicked": {"row": 4}}
    clean(app.run())
    state = app.session_state[f"two maps {datasets.load('digits').fingerprint}"]
    assert state == {"selected": [3, 5, 8], "opened": 4}
    assert any("Of the 3 selected" in text.value for text in app.markdown)
    said = [text.value for text in app.markdown if text.value.startswith("Nearest to")]
    assert said == ["Nearest to **pixels**", "Nearest to **untrained**"]


def test_a_second_encoder_that_is_none_is_left_aside() -> None:
    app = opened("no such encoder", k="4000")
    assert not app.error
    assert app.selectbox(key="second").value == catalogue.default_for("digits")
