"""Each page of pages/main.py, with every bundled data set and encoder, renders without an exception."""

import io
import json
import re
import socket
from pathlib import Path

import numpy as np
import pytest
from _ui import first_runs, looking
from _ui.lessons.words import GLOSSARY, SEEN_ON, terms
from PIL import Image
from streamlit.testing.v1 import AppTest

from contrastive import catalogue, datasets, jobs
from contrastive.config import TrainConfig
from contrastive.runs import Run, record
from contrastive.train import train
from tests.app.opening import MAIN, clean, open_page

PAGES = re.findall(r'st\.Page\(\s*"(\w+\.py)"', MAIN.read_text(encoding="utf-8"))
SMALL = TrainConfig(dataset="digits", limit=64, epochs=2, batch_size=32, views="simclr-no-flip")


def opened(page: str, data: str = "digits", encoder: str = "pixels", **query: str | list[str]) -> AppTest:
    return open_page(page, data=data, encoder=encoder, **query)


def trained() -> Run:
    run = Run.create(SMALL)
    record(run, train(SMALL))
    run.write_status("finished")
    return run


def test_the_list_of_pages_is_found() -> None:
    assert {"home.py", "dataset.py", "map.py", "neighbours.py", "report.py", "train.py", "runs.py"} <= set(PAGES)


@pytest.mark.parametrize("encoder", [known.name for known in catalogue.all_known()])
@pytest.mark.parametrize("data", ["atelier", "digits"])
def test_every_page_with_every_bundled_data_set_and_encoder(data: str, encoder: str) -> None:
    suits = catalogue.find(encoder).card.get("suits", [])
    # The shipped encoders bring the t-SNE of their own set along; drawing others would only take time.
    app = opened("home.py", data, encoder, layout="tsne" if data in suits else "pca")
    for page in PAGES:
        app = clean(app.switch_page(page).run())
        assert app.title
        assert not app.error, app.error[0].value
        assert "What am I looking at?" in [box.label for box in app.expander]


def test_every_page_is_explained_in_words_of_the_glossary() -> None:
    assert {f"{name}.py" for name in looking.TEXTS} == set(PAGES)
    for said in looking.TEXTS.values():
        assert set(said) == set(looking.PARTS)
        assert set(terms(*said.values())) <= set(GLOSSARY)
    titles = set(re.findall(r'title="([^"]+)"', MAIN.read_text(encoding="utf-8")))
    assert set(SEEN_ON.values()) <= titles
    assert list(GLOSSARY) == sorted(GLOSSARY, key=str.lower)


def test_pages_of_an_unlabelled_set_and_of_one_class(tmp_path: Path) -> None:
    from contrastive.datasets import own

    for i in range(12):
        for place in ("flat", "one/only/cats"):
            (tmp_path / place).mkdir(parents=True, exist_ok=True)
            noise = np.random.default_rng(i).integers(0, 255, (20, 20, 3), dtype=np.uint8)
            Image.fromarray(noise).save(tmp_path / place / f"{i}.png")
    for name in ("flat", "one"):
        own.add(name, tmp_path / name)
        try:
            app = opened("home.py", name, "pixels")
            for page in PAGES:
                app = clean(app.switch_page(page).run())
                assert not app.error
                lacking = {"flat": "has no labels", "one": "has a single class"}[name]
                told = [box.proto.title for box in app.info if lacking in box.proto.title]
                assert len(told) == (page == "report.py"), "which shows ways on, as nothing went wrong"
                assert "\n" not in "".join(told)
            wall = " ".join(part.value for part in clean(app.switch_page("dataset.py").run()).markdown)
            assert ("nothing to tell apart" in wall) == (name == "one")
        finally:
            own.remove(name)


def test_neighbours_of_an_upload_and_of_junk() -> None:
    app = opened("neighbours.py", "atelier", catalogue.default_for("atelier"))
    buffer = io.BytesIO()
    from contrastive import datasets

    datasets.load("atelier").picture(5).resize((300, 300)).save(buffer, "PNG")
    app.file_uploader(key="neighbours-upload").upload("mine.png", buffer.getvalue())
    app.run()
    assert not app.exception
    assert not app.error
    table = app.dataframe[0].value
    assert table["id"].iloc[0] == datasets.load("atelier").table["id"].iloc[5]
    assert table["similarity"].iloc[0] > 0.98
    assert table["similarity"].is_monotonic_decreasing

    huge = io.BytesIO()
    Image.new("1", (10_000, 10_000)).save(huge, "PNG")
    for name, junk in (
        ("huge.png", huge.getvalue()),
        ("cut.png", buffer.getvalue()[:500]),
        ("page.jpg", b"<html>"),
        ("empty.png", b""),
    ):
        app = opened("neighbours.py", "atelier", "pixels")
        app.file_uploader(key="neighbours-upload").upload(name, junk)
        app.run()
        assert not app.exception
        assert name in app.error[0].proto.title
        assert app.dataframe, "the page goes on with a picture of the set"


def test_the_report_says_the_majority_baseline() -> None:
    app = opened("report.py", "digits", "pixels")
    assert "better than always answering" in app.markdown[1].value
    labels = {metric.label for metric in app.metric}
    assert {"Accuracy", "Macro-F1", "Majority baseline"} <= labels
    assert set(app.dataframe[0].value.columns) == {"label", "precision", "recall", "f1", "interval", "support"}


def test_a_lasso_opens_a_gallery() -> None:
    app = opened("map.py", "digits", "pixels", layout="pca")
    app.session_state["picture-map"] = {"selection": {"points": [3, 5, 8]}, "clicked": None}
    app.run()
    assert not app.exception
    assert any("3 selected" in head.value for head in app.subheader)


def test_a_run_on_the_training_and_runs_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    run = trained()
    app = opened("train.py", run=run.id)
    assert {"Loss", "kNN accuracy"} <= {metric.label for metric in app.metric}
    app = opened("runs.py")
    assert app.dataframe[0].value["run"].tolist() == [run.id]

    other = Run.create(SMALL)
    compared = opened("runs.py", compare=run.id).selectbox(key="one")
    assert (compared.options, len(app.selectbox(key="one").options)) == ([run.id], 1)
    assert opened("runs.py").selectbox(key="one").options == [other.id, run.id]

    # What is chosen stands in the address, and is found there.
    app.pills(key="curve").set_value(["effective_rank"]).run()
    assert app.query_params["curve"] == "effective_rank"
    app = opened("runs.py", curve="effective_rank", one=run.id)
    assert app.pills(key="curve").value == ["effective_rank"]
    assert app.selectbox(key="one").value == run.id

    launched: list[str] = []
    monkeypatch.setattr(jobs, "launch", lambda run: launched.append(run.id))
    app = opened("train.py")
    app.button(key="preset-Digits, a first look").click().run()
    assert not app.exception
    assert len(launched) == 1
    assert Run.open(launched[0]).config.dataset == "digits"


def test_a_run_that_failed_says_why_and_leads_to_another_like_it() -> None:
    run = Run.create(SMALL.changed(lr=0.5))
    run.write_status("failed", message="The loss is no longer a number at step 7.", host=socket.gethostname())
    for page, query in (("train.py", {"run": run.id}), ("runs.py", {})):
        app = opened(page, **query)
        said = app.error[0].proto
        assert (said.title, said.body) == ("It failed.", "The loss is no longer a number at step 7.")
    app = opened("train.py", run=run.id)
    clean(next(button for button in app.button if button.label == "Train another like it").click().run())
    assert (app.query_params["from"], app.selectbox(key="run").value) == (run.id, "a new run")
    assert app.number_input(key=f"train-{run.id}-lr").value == 0.5
    clean(app.selectbox(key="run").set_value(run.id).run())
    assert "from" not in app.query_params
    assert "no run" in opened("train.py", **{"from": "nobody"}).error[0].proto.title


def test_runs_that_have_curves_are_compared_before_those_that_have_none() -> None:
    learned = Run.create(SMALL, "learned")
    line = {"epoch": 1, "loss": 4.0, "knn": 0.8, "seconds": 60.0}
    (learned.path / "metrics.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    for name in ("first", "second", "third"):
        Run.create(SMALL, name)
    app = opened("runs.py")
    assert app.selectbox(key="one").options == ["third", "learned", "second"]
    axes = [json.loads(chart.proto.spec)["layout"] for chart in app.get("plotly_chart") if "runs-" in chart.proto.id]
    assert [chart["xaxis"]["dtick"] for chart in axes] == [1, 1], "no half epochs after one"
    assert [chart["yaxis"].get("autorangeoptions") for chart in axes] == [None, {"minallowed": 0, "maxallowed": 1}]


def test_losses_of_different_tasks_are_not_compared() -> None:
    for name, method, loss, knn in (("a", "simclr", 4.0, 0.8), ("b", "simclr", 3.0, 0.7), ("c", "supcon", 1.0, 0.9)):
        run = Run.create(SMALL.changed(method=method), name)
        line = {"epoch": 1, "loss": loss, "knn": knn, "seconds": 60.0}
        (run.path / "metrics.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
        run.write_status("finished", host=socket.gethostname())
    alike = opened("runs.py", compare=["a", "b"])
    assert any("*b* has the lowest loss, but *a* learned more: 80.0%" in text.value for text in alike.markdown)
    told = [text.value for text in opened("runs.py").markdown]
    assert any("*c* has the best neighbours: 90.0%" in said and "different tasks" in said for said in told)


def test_a_first_run_says_how_long_it_took_last_time() -> None:
    _, _, content = first_runs.PRESETS["Digits, a first look"]
    run = Run.create(TrainConfig.read({**content, "seed": 7}))
    line = {"epoch": 1, "loss": 1.0, "seconds": 48.0}
    (run.path / "metrics.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    assert not any("Last time" in text.value for text in opened("train.py").caption)
    run.write_status("finished", host=socket.gethostname())
    assert [text.value for text in opened("train.py").caption if "Last time: 48 s." in text.value]


@pytest.mark.parametrize(("method", "words"), [("supervised", "saw labels"), ("simclr", "never saw a label")])
def test_a_page_never_says_untold_of_an_encoder_that_was_told(method: str, words: str) -> None:
    run = Run.create(SMALL.changed(method=method, epochs=1))
    record(run, train(run.config))
    run.write_status("finished")
    assert words in opened("report.py", "digits", run.id).markdown[0].value
    told = any("never told so" in text.value for text in opened("neighbours.py", "digits", run.id).markdown)
    assert told == (method == "simclr")


def test_a_config_with_a_mistake_is_one_sentence() -> None:
    app = opened("train.py")
    app.text_input(key="train-new-dataset").set_value("folder:/nowhere")
    app.text_input(key="train-name").set_value("../escape")
    next(b for b in app.form_submit_button if b.label == "Start the run").click()
    app.run()
    assert not app.exception
    assert "cannot be the name of a run" in app.error[0].proto.title
    assert Run.all() == []

    app.file_uploader(key="train-config").upload("config.json", b'{"tempreature": 0.1}')
    app.run()
    assert not app.exception
    assert "no setting 'tempreature'" in app.error[0].proto.title


def test_an_unknown_data_set_in_the_address_falls_back() -> None:
    app = opened("home.py", "no-such-set", "no-such-encoder")
    assert app.title[0].value
    assert "no data set called 'no-such-set'" in app.error[0].proto.title


def test_a_folder_that_is_gone_can_be_forgotten(own_data: Path, tmp_path: Path) -> None:
    Image.new("RGB", (40, 40), "red").save(tmp_path / "one.png")
    datasets.own.add("fleeting", tmp_path)
    (tmp_path / "one.png").unlink()
    app = opened("map.py", "fleeting")
    assert app.title[0].value == "fleeting"
    assert "no picture" in app.error[0].proto.title
    assert len(app.error) == 1
    app.button(key="dataset-remove").click().run()
    assert "fleeting" not in datasets.own.names()
    assert app.title[0].value == "Map"


def test_a_single_picture_is_said_to_be_too_few_for_a_map(own_data: Path, tmp_path: Path) -> None:
    Image.new("RGB", (40, 40), "red").save(tmp_path / "one.png")
    datasets.own.add("single", tmp_path)
    app = opened("map.py", "single")
    assert [box.value for box in app.info] == ["A map needs three pictures or more: this set has fewer."]
    assert not app.error
    datasets.own.remove("single")


def test_a_missing_path_is_one_sentence() -> None:
    app = opened("dataset.py")
    app.segmented_control(key="own-way").set_value("a path on this machine").run()
    app.text_area(key="own-path").set_value("/nowhere/at/all").run()
    assert not app.exception
    assert "does not exist" in app.error[0].proto.title


def test_the_data_card_counts_every_class_in_every_split() -> None:
    from _ui.data_card import counts, facts_of

    images = datasets.load("atelier")
    table = counts(images, "style")
    assert table["all"].sum() == len(images)
    assert list(table.index) == images.classes_of["style"]
    row = table.loc["woodcut"]
    mine = images.table[images.table["style"] == "woodcut"]["split"].value_counts()
    assert {name: row[name] for name in mine.index} == mine.to_dict()
    facts = facts_of(images)
    assert {"Source", "Licence", "Pictures", "Splits", "Kept at", "Fingerprint"} <= set(facts)
