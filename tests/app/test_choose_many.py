"""A choice of several: all options where they are few, else a list to add from and what was added."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.opening import clean


def script(count: int, most: int | None) -> None:
    import streamlit as st
    from _ui.choose_many import choose_many

    st.text(" ".join(choose_many("Only", [f"class {i}" for i in range(count)], key="only", most=most)))


def test_few_options_all_stand_there_and_no_more_count_than_may() -> None:
    app = clean(AppTest.from_function(script, args=(6, 2)).run())
    assert len(app.pills(key="only").options) == 6
    clean(app.pills(key="only").set_value(["class 5", "class 1", "class 3"]).run())
    assert app.text[0].value == "class 1 class 3"
    assert app.caption[0].value == "The first 2 of them count."


@pytest.mark.parametrize("count", [25, 300])
def test_of_many_options_one_is_added_after_another_and_taken_away_by_a_click(count: int) -> None:
    app = clean(AppTest.from_function(script, args=(count, None)).run())
    assert not app.pills
    for name in ("class 20", "class 3"):
        clean(app.selectbox(key="only-adding").set_value(name).run())
    assert app.text[0].value == "class 3 class 20"
    assert app.selectbox(key="only-adding").value is None
    assert "class 3" not in app.selectbox(key="only-adding").options
    clean(app.pills(key="only").set_value(["class 3"]).run())
    assert app.text[0].value == "class 3"
    assert len(app.pills(key="only").options) == 1
    clean(app.pills(key="only").set_value([]).run())
    assert not app.text[0].value
    assert not app.pills
