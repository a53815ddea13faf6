"""Lessons: each renders with figures that were computed, and opens pages whose controls then stand as it wants."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from _ui import lessons, loading
from _ui.lessons.figures import collapse, colour_shortcut, imbalance, labels_or_not
from _ui.lessons.lesson import Opening
from _ui.lessons.opening import ADDRESSED, PICKERS, settled
from _ui.lessons.paper import sheet, words_of
from _ui.lessons.words import GLOSSARY, marked, plain, terms
from PIL import Image
from streamlit.testing.v1 import AppTest

from contrastive import catalogue, datasets, jobs, maps
from contrastive.config import TrainConfig
from contrastive.health import collapsed, health
from contrastive.runs import Run
from tests.app.opening import clean
from tests.app.opening import open_page as opened

PAGES = Path(__file__).parents[2] / "pages"
OPENINGS = [
    pytest.param(lesson.name, number, opening, id=f"{lesson.name}-{number}-{opening.label}")
    for lesson in lessons.LESSONS.values()
    for number, question in enumerate(lesson.questions, 1)
    for opening in question.open
]


def words(app: AppTest) -> str:
    return " ".join(element.value for element in [*app.title, *app.markdown, *app.caption])


@pytest.fixture
def quick_maps(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plain projection in place of every map, which is not what is asked here."""

    def plainly(known: Any, images: Any, method: str, dims: int, seed: int, knobs: Any) -> maps.Map:
        return maps.fit(np.asarray(loading.vectors(known, images)), "pca", dims=dims)

    monkeypatch.setattr(loading, "fitted_map", plainly)


@pytest.mark.parametrize("data", ["atelier", "digits"])
@pytest.mark.parametrize("name", lessons.LESSONS)
def test_every_lesson_with_every_bundled_data_set(name: str, data: str) -> None:
    lesson = lessons.LESSONS[name]
    app = opened("lesson.py", lesson=name, data=data)
    assert not app.error
    assert app.title[0].value == lesson.title
    assert 2 <= len(lesson.questions) <= 3
    assert len([e for e in app.expander if e.label == "What you should have seen"]) == len(lesson.questions)
    said = words(app)
    assert not re.search(r"\bnan\b|\{\w+\}|\[\[", said)
    for term in terms(lesson.text):
        assert GLOSSARY[term] in said
    assert ("Shown with the paintings" in said) == (data == "digits" and lesson.needs == "two labels")


@pytest.mark.parametrize(("name", "number", "opening"), OPENINGS)
def test_a_shared_link_sets_the_controls(name: str, number: int, opening: Opening, quick_maps: None) -> None:
    data = str(opening.state.get("data", "digits"))
    if ":" in data:
        pytest.skip("its own pictures would have to be painted; see the test of the thinned set")
    opening = settled(opening, data)
    encoder = str(opening.state.get("encoder", catalogue.default_for(data)))
    address = opening.address(name, number, data, encoder)
    assert address.startswith(opening.page.removesuffix(".py") + "?")
    query = {"data": data, "encoder": encoder, **opening.written()}
    app = opened(opening.page, lesson=name, question=str(number), **query)
    assert not app.error
    stands_as(app, opening)
    assert f"question {number}: {plain(lessons.LESSONS[name].questions[number - 1].ask)}" in words(app)


@pytest.mark.parametrize(("name", "number", "opening"), OPENINGS)
def test_controls_are_bound_to_the_address(name: str, number: int, opening: Opening) -> None:
    folders = [PAGES / opening.page, *(PAGES / "_ui").rglob("*.py")]
    source = "\n".join(path.read_text(encoding="utf-8") for path in folders)
    assert (PAGES / opening.page).is_file()
    for key in set(opening.state) - set(PICKERS) - set(ADDRESSED.get(opening.page, ())):
        said = 'f"map-{method}-{name}"' if key.startswith("map-tsne-") else f'"{key}"'
        bound = rf'key=f?{re.escape(said.removeprefix("f"))},\s*bind="query-params"'
        written = rf'\b(?:choice|pick)\(.{{,300}}?key="{key}"'
        assert re.search(f"{bound}|{written}", source, re.DOTALL), key


def stands_as(app: AppTest, opening: Opening) -> None:
    for key, value in opening.state.items():
        if key in ADDRESSED.get(opening.page, ()) and value.startswith("["):
            assert [card.op for card in app.session_state["views-cards"]] == json.loads(value)
        else:
            assert app.session_state[key] == value, key


def test_a_button_turns_controls_that_stand_elsewhere_and_sets_them_up_again(quick_maps: None) -> None:
    app = opened("losses.py", data="digits", temperature="1.5", pictures="20")
    assert app.session_state["temperature"] == 1.5
    app.query_params["lesson"] = "temperature"
    clean(app.switch_page("lesson.py").run())
    clean(app.button(key="open-temperature-1-0").click().run())
    opening = lessons.LESSONS["temperature"].questions[0].open[0]
    assert app.title[0].value == "Losses"
    stands_as(app, opening)
    # AppTest does not follow a page that turns itself; the browser test does.
    clean(app.switch_page("losses.py").run())
    assert app.session_state["data"] == "digits"
    clean(app.slider(key="temperature").set_value(0.9).run())
    clean(app.button(key="lesson-again").click().run())
    stands_as(app, opening)
    clean(app.button(key="lesson-back").click().run())
    assert app.title[0].value == "Temperature"


def test_a_recipe_is_laid_out_again() -> None:
    app = opened("lesson.py", lesson="colour-shortcut", data="digits")
    clean(app.button(key="open-colour-shortcut-3-0").click().run())
    cards = [card.op for card in app.session_state["views-cards"]]
    assert cards == ["crop"]
    clean(app.switch_page("augmentations.py").run())
    clean(app.selectbox(key="views-add").set_value("blur").run())
    assert len(app.session_state["views-cards"]) == 2
    clean(app.button(key="lesson-again").click().run())
    assert [card.op for card in app.session_state["views-cards"]] == ["crop"]


def test_start_again_turns_the_figure_back() -> None:
    app = opened("lesson.py", lesson="collapse", data="digits", encoder="pixels")
    clean(app.slider[0].set_value(100).run())
    assert "Collapsed" in words(app)
    clean(app.button(key="lesson-restart").click().run())
    assert app.slider[0].value == 0
    assert "Healthy" in words(app)


def test_junk_is_a_sentence() -> None:
    app = opened("lesson.py", lesson="no-such<b>", data="digits")
    assert "no lesson called 'no-such<b>'" in app.error[0].proto.title
    assert app.title[0].value == "Lessons"
    app = opened("runs.py", lesson="no-such", data="digits")
    assert "no lesson called" in app.error[0].proto.title
    assert "question 1:" in words(opened("runs.py", lesson="collapse", question="-7", data="digits"))


def test_the_lessons_page_shows_all_cards_and_home_the_first_ones() -> None:
    promises = [f"{lesson.promise} {lesson.minutes} minutes." for lesson in lessons.LESSONS.values()]
    home, page = (words(opened(page, data="digits")) for page in ("home.py", "lesson.py"))
    assert [promise in page for promise in promises] == [True] * len(promises)
    assert [promise in home for promise in promises] == [True] * 3 + [False] * (len(promises) - 3)


def test_a_small_set_without_labels_is_not_asked_for_what_it_lacks(tmp_path: Path) -> None:
    from contrastive.datasets import own

    for i in range(30):
        noise = np.random.default_rng(i).integers(0, 255, (20, 20, 3), dtype=np.uint8)
        (tmp_path / "flat").mkdir(exist_ok=True)
        Image.fromarray(noise).save(tmp_path / "flat" / f"{i}.png")
    own.add("noise", tmp_path / "flat")
    try:
        for name, lesson in lessons.LESSONS.items():
            app = opened("lesson.py", lesson=name, data="noise", encoder="pixels")
            assert not app.error
            assert "nan" not in words(app).split()
            assert ("Shown with the paintings" in words(app)) == (lesson.needs != "pictures")
    finally:
        own.remove("noise")


def test_runs_of_the_lesson_on_labels(monkeypatch: pytest.MonkeyPatch) -> None:
    launched: list[Run] = []
    monkeypatch.setattr(jobs, "launch", launched.append)
    app = opened("lesson.py", lesson="labels-or-not", data="digits")
    assert "No such run has ended yet" in words(app)
    start(app)
    assert {run.config.method for run in launched} == set(labels_or_not.METHODS)
    for run, reached in zip(launched, (0.9, 0.9375, 0.96), strict=True):
        ends(run, "stopped" if run.config.method == "supervised" else "finished", 0.5, reached)
    app = opened("lesson.py", lesson="labels-or-not", data="digits")
    assert "by their neighbours: SimCLR 90.0%, SupCon 93.8%, Supervised 96.0%." in words(app)
    assert "by a linear probe from the same vectors: SimCLR 95.0%, SupCon 95.0%, Supervised 95.0%." in words(app)
    assert "After epoch 2, Supervised is ahead with 96.0%; SupCon 93.8%, SimCLR 90.0%." in words(app)

    # What was stopped goes on; once all have finished, another round has another seed.
    start(app)
    assert [run.config.method for run in launched[3:]] == ["supervised"]
    assert launched[3].id == launched[2].id
    ends(launched[3], "finished", 0.5, 0.96)
    start(opened("lesson.py", lesson="labels-or-not", data="digits"))
    assert [run.config.seed for run in launched[4:]] == [1, 1, 1]


def test_a_run_of_another_kind_is_not_taken_for_one_of_the_lesson() -> None:
    other = TrainConfig.read({**labels_or_not.SHORT, "method": "simclr", "views": "none"})
    ends(Run.create(other), "finished", 0.25)
    assert "25.0%" not in words(opened("lesson.py", lesson="labels-or-not", data="digits"))


def test_the_runs_of_the_lesson_can_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "advance", lambda: None)
    app = opened("lesson.py", lesson="labels-or-not", data="digits")
    start(app)
    assert [run.waiting for run in Run.all()] == [True] * 3
    clean(next(b for b in app.button if b.key and b.key.endswith("-stop")).click().run())
    assert [run.status["state"] for run in Run.all()] == ["stopped"] * 3


def start(app: AppTest) -> None:
    clean(next(b for b in app.button if b.key and b.key.endswith("-start")).click().run())


def ends(run: Run, state: str, *reached: float) -> None:
    lines = [
        {"epoch": n, "loss": 1.0, "knn": value, "ridge": 0.95, "seconds": 1.0} for n, value in enumerate(reached, 1)
    ]
    (run.path / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    run.write_status(state)


def test_paper_holds_everything_and_opens_the_printer() -> None:
    lesson = lessons.LESSONS["temperature"]
    facts = dict.fromkeys(("low", "high", "near_low", "near_high", "even", "false"), "7 <b>")
    page = sheet(lesson, facts, b"png", shown_with="On digits.", address="http://x/lesson?lesson=temperature")
    assert 'onload="window.print()"' in page
    assert "7 &lt;b&gt;" in page
    assert "[[" not in page
    assert all(question.ask in page for question in lesson.questions)


def test_marks_become_words_with_their_meaning() -> None:
    assert marked("a [[view|views]]") == f'a <abbr title="{GLOSSARY["view"]}">views</abbr>'
    used = {term for lesson in lessons.LESSONS.values() for term in words_of(lesson)}
    assert used <= set(GLOSSARY)


def test_figures_are_what_they_say() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (2, 5, 3, 8, 8), dtype=np.uint8)
    pixels[1] = pixels[0, :, :, ::-1]
    counted = colour_shortcut.histograms(pixels)
    np.testing.assert_allclose(counted.sum(-1), 1)
    np.testing.assert_allclose(np.diag(colour_shortcut.overlap(counted[0], counted[1])), 1)
    assert colour_shortcut.found(counted) == 5
    expected = [np.histogram(pixels[0, 0, 1], 16, (0, 256))[0] / 64 / 3]
    np.testing.assert_allclose(counted[0, 0, 16:32], expected[0])

    codes = np.repeat(np.arange(10), 1189)
    kept = codes[imbalance.thinned(codes, 10)]
    assert np.bincount(kept).tolist() == list(imbalance.ARTDL_COUNTS)

    unit = np.random.default_rng(1).standard_normal((60, 12)).astype(np.float32)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    for towards in (collapse.POINT, collapse.LINE):
        place = collapse.first_collapse(f"test {towards}", unit, towards)
        assert 0 < place <= 1
        assert collapsed(health(collapse.shrink(unit, place, towards)))
        assert not collapsed(health(collapse.shrink(unit, place - 0.02, towards)))


def test_the_thinned_set_is_offered_while_it_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    openings = [o for q in lessons.LESSONS["imbalance"].questions for o in q.open]
    asked = {str(o.state["data"]) for o in openings}
    assert asked == {"atelier:images=600,shares=artdl"}
    subjects = datasets.scan(asked.pop()).table["subject"]
    assert 0.63 < (subjects == subjects.mode()[0]).mean() < 0.65
    # Painting takes minutes; what is asked here is only that the picker knows the name.
    load = datasets.load
    monkeypatch.setattr(datasets, "load", lambda name, **more: load(name.partition(":")[0], **more))
    for opening in openings:
        app = opened("report.py", **opening.written() | {"encoder": "pixels"})
        assert not app.error
        assert app.session_state["data"] == opening.state["data"]
        assert app.session_state["probe"] == opening.state["probe"]
