"""The report page: every probe and split, before and after the head, few labels, and health in words."""

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
