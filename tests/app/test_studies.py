"""The studies on the runs page: every study, empty and partly done; one opened cell; stand-ins."""

import json
import socket
import time
from pathlib import Path

import pytest
from _ui.studies import unlike
from _ui.studies.table import in_words
from streamlit.testing.v1 import AppTest

from contrastive import studies
from contrastive.__main__ import build_parser
from contrastive.runs import Run
from contrastive.studies import Choice, Row, job
from contrastive.studies.showed import Picture, showed
from tests.app.opening import open_page

MAIN = Path(__file__).parents[2] / "pages" / "main.py"


def page(name: str) -> AppTest:
    app = AppTest.from_file(str(MAIN), default_timeout=120).run()
    app.switch_page("runs.py").run()
    app.segmented_control(key="show").set_value("studies").run()
    return app.selectbox(key="study").set_value(name).run()


@pytest.mark.parametrize("name", studies.names())
def test_every_study_shows_its_question_and_published_figures(name: str) -> None:
    app = page(name)
    assert not app.exception
    assert [s.value for s in app.subheader] == [studies.load(name).question]
    assert any(button.label == "Start" for button in app.button)


def test_a_done_cell_is_in_the_table_and_can_be_opened() -> None:
    study = studies.load("head")
    choice = Choice(only={"head": "none"}, seeds=1, epochs=1, limit=64, stand_in={"mnist": "digits"})
    list(studies.carry_out(study, choice))
    app = page("head")
    app.number_input(key="study-seeds-head").set_value(1)
    app.number_input(key="study-epochs-head").set_value(1)
    app.number_input(key="study-limit-head").set_value(64)
    app.selectbox(key="study-from-head-mnist").set_value("digits").run()
    assert not app.exception
    assert any("1 of 3 runs are done" in caption.value for caption in app.caption)
    assert any(button.label == "Go on" for button in app.button)
    assert app.selectbox(key="study-cell-head").options == ["none, seed 0"]
    table = app.dataframe[0].value
    assert table["seeds"].tolist() == [1, 0, 0]
    address = {"seeds-head": "1", "epochs-head": "1", "limit-head": "64", "from-head-mnist": "digits"}
    app = open_page("runs.py", show="studies", study="head", **{f"study-{k}": v for k, v in address.items()})
    assert any("1 of 3 runs are done" in caption.value for caption in app.caption)
    [run] = studies.results(study, choice)[0].runs
    [figure] = [chart for chart in app.get("plotly_chart") if "confusion" in chart.proto.id]
    assert "is called" in figure.proto.spec
    for label, title in (("Its t-SNE map", "Map"), ("Its report", "Report")):
        opened = page("head")
        opened.number_input(key="study-seeds-head").set_value(1)
        opened.number_input(key="study-epochs-head").set_value(1)
        opened.number_input(key="study-limit-head").set_value(64)
        opened.selectbox(key="study-from-head-mnist").set_value("digits").run()
        next(button for button in opened.button if button.label == label).click().run()
        assert not opened.exception
        assert opened.title[0].value == title
        assert (opened.session_state["data"], opened.session_state["encoder"]) == ("digits", run)
        assert title != "Map" or opened.session_state["layout"] == "tsne"


def test_the_page_hands_its_choice_to_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[list[str]] = []
    monkeypatch.setattr(job, "launch", lambda name, arguments: told.append([name, *arguments]))
    app = page("head")
    for key, value in (("seeds", 2), ("epochs", 3), ("limit", 500), ("size", 20)):
        app.number_input(key=f"study-{key}-head").set_value(value)
    app.selectbox(key="study-only-head-head").set_value("linear")
    app.text_input(key="study-set-head").set_value("encoder=slim; batch_size = 32")
    app.selectbox(key="study-from-head-mnist").set_value("digits").run()
    assert any("0 of 2 runs are done" in caption.value for caption in app.caption)
    next(button for button in app.button if button.label == "Start").click().run()
    assert not app.exception
    args = build_parser().parse_args(["study", *told[0]])
    assert (args.name, args.only, args.map) == ("head", ["head=linear"], ["mnist=digits"])
    assert args.set == ["encoder=slim", "batch_size=32"]
    assert (args.seeds, args.epochs, args.limit, args.size) == (2, 3, 500, 20)


def test_a_study_can_be_watched_from_the_click_on() -> None:
    app = page("head")
    for key, value in (("seeds", 1), ("epochs", 1), ("limit", 64)):
        app.number_input(key=f"study-{key}-head").set_value(value)
    app.selectbox(key="study-only-head-head").set_value("none")
    app.selectbox(key="study-from-head-mnist").set_value("digits").run()
    next(button for button in app.button if button.label == "Start").click().run()
    assert [part.proto.text for part in app.get("progress")] == ["Starting"]
    assert not [button for button in app.button if button.label in ("Start", "Go on")], "no second click"
    deadline = time.monotonic() + 90
    while job.status("head")["state"] == "running" and time.monotonic() < deadline:
        time.sleep(0.2)
    app.run()
    assert not app.exception
    assert any("1 of 1 runs are done." in caption.value for caption in app.caption)
    assert app.dataframe[0].value["seeds"].tolist() == [1]


def test_cells_that_failed_say_why() -> None:
    [first, second, _] = studies.cells(studies.load("head"), Choice(seeds=1))
    for cell, reason in ((first, "MNIST could not be downloaded."), (second, "MNIST could not be downloaded.")):
        Run.create(cell.config, cell.id).write_status("failed", message=reason, host=socket.gethostname())
    app = page("head")
    app.number_input(key="study-seeds-head").set_value(1).run()
    [said] = [box.proto for box in app.error]
    assert (said.title, said.body) == ("2 cells failed.", "MNIST could not be downloaded.")
    assert any(button.label == "Try again" for button in app.button)


def test_the_whole_of_a_study_is_estimated(monkeypatch: pytest.MonkeyPatch) -> None:
    about = {"number": 2, "total": 6, "cell": "linear, seed 1", "updated": time.time() - 60, "seconds_left": 660}
    monkeypatch.setattr(job, "status", lambda name: {"state": "running", "done": False, "run": "", **about})
    app = page("head")
    assert any("All cells: about 10 min left." in caption.value for caption in app.caption)
    about["number"] = 6
    app.run()
    assert not any("All cells" in caption.value for caption in app.caption), "the last one has its own estimate"


def test_two_factors_of_many_levels_are_a_matrix(monkeypatch: pytest.MonkeyPatch) -> None:
    study = studies.load("composition")
    rows = [Row(cell.levels, [], 1, {}, {}, 0.0) for cell in studies.cells(study)]
    rows[8] = Row(rows[8].levels, ["x", "y"], 2, {"linear": [0.25, 0.5]}, {}, 1.0)
    monkeypatch.setattr(studies, "results", lambda study, choice: rows)
    app = page("composition")
    assert not app.exception
    [chart] = app.get("plotly_chart")
    [matrix] = json.loads(chart.proto.spec)["data"]
    assert matrix["type"] == "heatmap"
    assert (matrix["y"], matrix["x"]) == (list(study.factors["first"]), list(study.factors["second"]))
    [note] = json.loads(chart.proto.spec)["layout"]["annotations"]
    assert (note["y"], note["x"], note["text"]) == ("cutout", "cutout", ".375")


def test_what_is_not_as_published_is_said() -> None:
    head, triplets = studies.load("head"), studies.load("pairwise-and-triplet")
    assert unlike(head, Choice(only={"head": "none"})) == ""
    smaller = Choice(seeds=1, epochs=1, limit=64, size=32, stand_in={"mnist": "digits"}, settings={"lr": "0.1"})
    said = "Not as written: digits in place of mnist, 1 epoch, at most 64 pictures, at 32 px, lr = 0.1."
    assert unlike(head, smaller) == said
    assert unlike(triplets, smaller).startswith(f"{said} A difference from a published figure")


def test_agreement_with_published_figures_is_said_in_words() -> None:
    def row(name: str, values: list[float], published: float | None) -> Row:
        figures = {} if published is None else {"linear": published}
        return Row({"arm": name}, ["x"] * len(values), 3, {"linear": values}, figures, 1.0)

    rows = [row("a", [0.5, 0.6], 0.55), row("b", [0.70, 0.71], 0.5), row("c", [0.2], 0.3), row("d", [0.2], None)]
    said = in_words(rows, "linear")
    assert said == (
        "1 of 3 cells are no different from the published figure; above it: *b* (by 0.205); "
        "below it: *c* (by 0.100, from one seed)."
    )
    assert in_words(rows[3:], "linear") == ""


def test_what_stands_in_and_other_settings_are_told_on_the_page() -> None:
    app = page("pairwise-and-triplet")
    read_from = {box.label: box for box in app.selectbox if box.label.endswith("is read from")}
    assert list(read_from) == ["mnist is read from", "cifar10 is read from"]
    assert "digits" in read_from["mnist is read from"].options
    app.selectbox(key="study-only-pairwise-and-triplet-data").set_value("CIFAR-10").run()
    assert [box.label for box in app.selectbox if box.label.endswith("is read from")] == ["cifar10 is read from"]
    app = open_page("runs.py", show="studies", study="head", **{"study-from-head-mnist": "minst:/home/me"})
    assert not app.exception
    assert app.error[0].proto.title == "There is no data set called 'minst:/home/me'."
    for typed, said in (("slim", "'slim' is not FIELD=VALUE."), ("encodr=slim", "A study has no setting 'encodr'")):
        app = page("head")
        app.text_input(key="study-set-head").set_value(typed).run()
        assert not app.exception
        assert said in app.error[0].proto.title


def test_what_a_study_showed_can_be_read_on_its_page() -> None:
    name = "style-remedies"
    app = page(name)
    assert not any("docs/results.md" in caption.value for caption in app.caption), "folded: one may guess first"
    app.session_state[f"study-showed-{name}"] = True
    app.run()
    assert not app.exception
    said = "\n".join(markdown.value for markdown in app.markdown)
    assert f"contrastive study {name}" in said
    pictures = [part for section in showed(name) for part in section.parts if isinstance(part, Picture)]
    assert pictures
    shown = [image.proto.imgs[0].caption for image in app.get("image")]
    assert [picture.words for picture in pictures] == [words for words in shown if words]
