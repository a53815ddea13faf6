"""The report page: every probe and split, before and after the head, few labels, and health in words."""

import io
import re
import threading
import time
import zipfile
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from contrastive.config import TrainConfig
from contrastive.runs import Run, record
from contrastive.train import train
from tests.app.opening import open_page

SMALL = TrainConfig(dataset="digits", limit=64, epochs=1, batch_size=32, views="none", head_dim=8)


def opened(encoder: str, probe: str = "linear") -> AppTest:
    app = open_page("report.py", data="digits", encoder=encoder)
    if probe != "linear":
        app.segmented_control(key="probe").set_value(probe).run()
    assert not app.exception, app.exception[0].value
    assert not app.error, app.error[0].value
    return app


def words(app: AppTest) -> str:
    return "\n".join(text.value for text in app.markdown)


@pytest.mark.parametrize("probe", ["linear", "sgd", "knn", "kmeans"])
def test_every_probe_has_its_sentence_and_health(probe: str) -> None:
    app = opened("pixels", probe)
    assert f"The {probe} probe is better than" in words(app)
    assert "Healthy: the vectors use about" in words(app)
    captions = " ".join(caption.value for caption in app.caption)
    assert ("among the three best" in captions) == (probe != "kmeans")
    assert "weighted by size" in captions
    told = r"Spread [\d.]+, effective rank [\d.]+, uniformity -[\d.]+, dead dimensions \d+%, variety of answers"
    assert re.search(told, captions)


def test_reading_the_training_split() -> None:
    app = opened("pixels")
    assert app.segmented_control(key="report-split").options == ["test", "train"]
    app.segmented_control(key="report-split").set_value("train").run()
    assert not app.exception
    assert "1.00 against" in words(app)


def test_before_and_after_the_head_of_a_run() -> None:
    assert not [c for c in opened("digits-tiny").segmented_control if c.key == "report-head"]
    run = Run.create(SMALL)
    record(run, train(SMALL))
    run.write_status("finished")
    app = opened(run.id)
    before = [metric.value for metric in app.metric]
    app.segmented_control(key="report-head").set_value("after the head").run()
    assert not app.exception
    assert [metric.value for metric in app.metric] != before
    assert app.dataframe[-1].value["encoder"].tolist() == [f"{run.id}, after the head"]


def test_few_labels_are_drawn_when_unfolded() -> None:
    app = opened("pixels", "knn")
    assert not any("five random choices" in caption.value for caption in app.caption)
    app.session_state["report-few"] = True
    app.run()
    assert not app.exception
    assert any("five random choices" in caption.value for caption in app.caption)
    rows = app.session_state["few-labels"][1]
    assert [row["per_class"] for row in rows] == [1, 2, 5, 10, 20, 50, 100, 146]
    assert rows[-1]["accuracy"] > rows[0]["accuracy"]


def test_the_address_says_which_probe_split_and_order() -> None:
    app = open_page("report.py", data="atelier", encoder="pixels", probe="knn", **{"report-split": "val"})
    assert "The knn probe" in words(app)
    assert app.segmented_control(key="probe").value == "knn"
    assert app.segmented_control(key="report-split").value == "val"
    assert "knn" in app.query_params["probe"]
    app.segmented_control(key="probe").set_value("sgd").run()
    assert "sgd" in app.query_params["probe"], "the value itself, not what the screen calls it"
    app.segmented_control(key="probe").set_value("linear").run()
    assert "probe" not in app.query_params, "what the page begins with need not be said"
    assert "The linear probe" in words(open_page("report.py", data="digits", encoder="pixels", probe="magic"))


def test_classes_in_the_order_one_likes() -> None:
    app = opened("pixels", "knn")
    f1 = app.dataframe[0].value["f1"].tolist()
    assert f1 == sorted(f1, reverse=True)
    assert app.dataframe[0].value["interval"].str.fullmatch(r"\d\.\d\d to \d\.\d\d").all()
    app.segmented_control(key="report-sort").set_value("name").run()
    assert app.dataframe[0].value["label"].tolist() == [str(i) for i in range(10)]


def test_the_pictures_of_a_cell_and_the_suspects() -> None:
    app = opened("untrained", "knn")
    picker = next(box for box in app.selectbox if box.label == "Which pictures")
    count = int(picker.options[0].rpartition("(")[2].rstrip(")"))
    assert [int(option.rpartition("(")[2].rstrip(")")) for option in picker.options][:2] <= [count, count]
    captions = " ".join(caption.value for caption in app.caption)
    assert "the most similar picture that was named rightly" in captions
    assert "Wrong answers the probe is surest of" in captions
    assert "Most confused:" in words(app)
    assert "Expected calibration error" in words(app)
    assert any("tells no confidence" in caption.value for caption in opened("untrained", "kmeans").caption)


def test_a_click_on_the_matrix_turns_the_picker() -> None:
    app = opened("untrained", "knn")
    picker = next(box for box in app.selectbox if box.label == "Which pictures")
    first, right = picker.value, (3, 3)
    assert first != right
    app.session_state["report-confusion"] = {"selection": {"points": [{"x": "3", "y": "3"}]}}
    app.run()
    assert next(box for box in app.selectbox if box.label == "Which pictures").value == right
    next(box for box in app.selectbox if box.label == "Which pictures").set_value(first).run()
    assert next(box for box in app.selectbox if box.label == "Which pictures").value == first, "an old click is over"


def test_with_and_without_class_weights() -> None:
    app = open_page("report.py", data="atelier:images=300,shares=artdl", encoder="pixels")
    app.session_state["report-weights"] = True
    app.run()
    assert not app.exception
    assert "Letting every class weigh alike" in words(app)
    table = next(frame.value for frame in app.dataframe if "without" in frame.value.columns)
    assert (table["change"] - (table["with"] - table["without"])).abs().max() < 1e-9
    assert table["support"].is_monotonic_increasing


def test_fine_tuning_says_how_long_can_be_cancelled_and_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    from _ui.report import tuning

    from contrastive.evaluate import examine
    from contrastive.evaluate.examine import Progress

    gate, seen, half = threading.Event(), threading.Event(), threading.Event()

    def small(*args: Any, progress: Progress, **options: Any) -> object:
        gate.wait(60)
        progress(1, 2)
        half.set()
        seen.wait(60)
        source, probe, train, test = args
        return examine(source, probe, train.limit(40), test, column=options["column"], progress=progress)

    monkeypatch.setattr(tuning, "examine", small)
    app = opened("digits-tiny", "finetune")
    app.number_input(key="report-tuning-epochs").set_value(1).run()
    assert not app.metric
    start = next(button for button in app.button if button.label.startswith("Fine-tune, about"))
    start.click().run()
    app.button(key="report-tuning-cancel").click().run()
    assert any(button.label.startswith("Fine-tune, about") for button in app.button)
    gate.set()
    next(button for button in app.button if button.label.startswith("Fine-tune, about")).click().run()
    assert half.wait(60)
    app.run()
    [said] = [part.proto.text for part in app.get("progress")]
    assert re.fullmatch(r"Fine-tuning: step 1 of 2, about \d+ s left", said)
    seen.set()
    for _ in range(200):
        if app.metric:
            break
        time.sleep(0.3)
        app.run()
    assert "The finetune probe" in words(app)
    assert not app.exception
    again = opened("digits-tiny", "finetune")
    again.number_input(key="report-tuning-epochs").set_value(1).run()
    assert "The finetune probe" in words(again), "what was measured once is kept"


def test_take_it_away() -> None:
    app = opened("pixels", "knn")
    app.session_state["report-take-away"] = True
    app.run()
    assert any("export pixels --dataset digits --what html" in code.value for code in app.code)
    app.segmented_control(key="report-take-away-what").set_value("projector").run()
    app.button(key="report-take-away-make").click().run()
    assert not app.exception
    assert not app.error
    made = app.session_state["report-take-away-made"][1]
    names = zipfile.ZipFile(io.BytesIO(made)).namelist()
    assert names == ["vectors.tsv", "metadata.tsv", "sprite.png", "projector_config.pbtxt"]
