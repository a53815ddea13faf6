"""Studies: their files, their grid, cells that are kept, figures beside published ones, and bad input."""

import io
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageColor
from scipy.stats import ttest_1samp
from torchvision.models import get_weight

from contrastive import studies
from contrastive.__main__ import main
from contrastive.config import TrainConfig
from contrastive.errors import UserError
from contrastive.flipbook import COLOURS, WALL
from contrastive.runs import Run
from contrastive.studies import Choice, Study, job
from contrastive.studies.protocols import PROTOCOLS
from contrastive.studies.results import half_width, in_words
from contrastive.studies.sheet import GAP, SIDE, sheet
from contrastive.studies.study import read
from contrastive.studies.tables import frame, markdown, page

STUDIES = studies.names()
SMALL = Choice(dataset="digits", epochs=1, limit=128, seeds=1)
ON_REAL_PICTURES = {
    "pairwise-and-triplet": ("mnist", {"mnist": "mnist:{}/MNIST"}),
    "contrast-or-classify": (
        None,
        {"pets": "folder:{}/pets-3-breeds.zip", "defungi": "folder:{}/defungi-subset.zip"},
    ),
}


def a_few_pictures(folder: Path) -> Path:
    """Two classes of sixteen pictures of noise."""
    rng = np.random.default_rng(0)
    for number in range(32):
        place = folder / ("one" if number % 2 else "two")
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 256, (40, 40, 3), dtype=np.uint8)).save(place / f"{number}.png")
    return folder


def tiny_study(**changed: object) -> Study:
    """Two cells of a study on the digits."""
    content = {
        "name": "tiny-study",
        "title": "Tiny",
        "question": "Does it work?",
        "base": {
            "dataset": "digits",
            "encoder": "pami",
            "views": "none",
            "head_dim": 8,
            "batch_size": 64,
            "size": 16,
        },
        "factors": {"loss": {"contrast": {"method": "simclr"}, "labels": {"method": "supervised"}}},
        "seeds": [0, 1],
        "measures": {"linear": "linear", "knn": "kNN"},
        "published": [{"loss": "contrast", "linear": 0.5}],
    }
    return Study(**{**content, **changed})


@pytest.mark.parametrize("name", STUDIES)
def test_every_study_can_be_read_and_says_what_it_asks(name: str) -> None:
    study = studies.load(name)
    assert study.question.endswith("?")
    assert study.source
    assert study.protocol in PROTOCOLS
    grid = studies.cells(study)
    wanted = np.prod([len(levels) for levels in study.factors.values()]) * len(study.seeds)
    assert len(grid) == len({cell.id for cell in grid}) == wanted
    for row in study.published:
        known = {factor: level for factor, level in row.items() if factor in study.factors}
        assert known.keys() == study.factors.keys(), "a published figure belongs to one cell"
        assert all(level in study.factors[factor] for factor, level in known.items())
        assert set(row) - set(study.factors) <= set(study.measures)


def test_study_a_is_the_one_that_was_published() -> None:
    study = studies.load("pairwise-and-triplet")
    cell = studies.cells(study, Choice(dataset="mnist", only={"loss": "triplet", "views": "SimCLR"}))[0]
    told = {"batch_size": 1024, "lr": 0.15, "epochs": 10, "optimizer": "sgd", "momentum": 0.0, "per_class": 5000}
    told |= {"partners": "once", "branches": "one by one", "anchor": "plain", "negatives": "other class"}
    assert told.items() <= cell.config.model_dump().items()
    assert study.figure(cell.levels, "linear") == 0.928


def test_operations_are_added_and_taken_away_by_name() -> None:
    study = studies.load("composition")
    (cell,) = studies.cells(study, Choice(only={"first": "blur", "second": "crop"}))
    assert [op["op"] for op in cell.config.views] == ["blur", "crop"]
    without = studies.cells(studies.load("augmentation-subsets"), Choice(only={"views": "without crop"}))[0]
    assert "crop" not in [op["op"] for op in without.config.views]
    assert len(without.config.views) == 6


def test_a_cell_is_known_by_what_it_says_not_by_what_is_default() -> None:
    (a, *_), (b, *_) = (studies.cells(tiny_study(question=question)) for question in ("A?", "B?"))
    assert a.id == b.id
    said = tiny_study().base | {"epochs": TrainConfig.model_fields["epochs"].default}
    assert studies.cells(tiny_study(base=said))[0].id == a.id
    assert studies.cells(tiny_study(base=said | {"epochs": 3}))[0].id != a.id


def test_finished_cells_are_kept_and_an_interrupted_one_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    study, choice = tiny_study(), Choice(epochs=2, limit=64, seeds=1)
    asked: list[int] = []

    def stop_soon() -> bool:
        asked.append(1)
        return len(asked) > 2

    first = [stage for stage in studies.carry_out(study, choice, should_stop=stop_soon) if stage.done]
    assert len(first) < 2
    stopped = [run for run in Run.all() if run.status["state"] == "stopped"]
    assert len(stopped) == 1
    assert len([s for s in studies.carry_out(study, choice) if s.done]) == 2
    assert all(len(run.metrics()) == 2 for run in Run.all())

    before = {run.id: (run.path / "outcome.json").stat().st_mtime_ns for run in Run.all()}
    assert [s.done for s in studies.carry_out(study, choice)] == [True, True]
    assert before == {run.id: (run.path / "outcome.json").stat().st_mtime_ns for run in Run.all()}

    rows = studies.results(study, choice)
    assert [len(row.runs) for row in rows] == [1, 1]
    assert rows[0].published == {"linear": 0.5}
    assert "from one seed" in rows[0].words("linear")
    assert rows[1].words("linear") == ""
    table = frame(study, rows)
    assert table["linear"].tolist() == [row.mean("linear") for row in rows]
    assert f"{rows[0].mean('linear'):.3f} (0.500)" in markdown(study, rows)
    assert "<table" in page(study, rows)
    drawn = Image.open(io.BytesIO(sheet(study, rows)))
    assert drawn.width == 2 * (SIDE + GAP) + GAP
    shown = {ImageColor.getcolor(colour, "RGB") for colour in (WALL, *COLOURS)}
    assert shown <= {colour for _, colour in drawn.convert("RGB").getcolors(10**6)}, "colours are as on the map"


def test_a_sheet_of_nothing_says_so() -> None:
    study = tiny_study()
    with pytest.raises(UserError, match="Nothing of"):
        sheet(study, studies.results(study))


def test_intervals_and_words_are_students() -> None:
    values = [0.91, 0.93, 0.95]
    low, high = ttest_1samp(values, 0).confidence_interval(0.95)
    assert half_width(values) == pytest.approx((high - low) / 2)
    assert half_width([0.9]) is None
    assert in_words(0.93, half_width(values), 0.928).startswith("no different")
    assert in_words(0.93, 0.001, 0.928) == "0.002 above"
    assert in_words(0.92, 0.001, 0.928) == "0.008 below"


def test_the_command_line_carries_out_and_prints_one_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = ["--dataset", "digits", "--epochs", "1", "--limit", "64", "--seeds", "1", "--only", "head=none"]
    out = tmp_path / "table.html"
    assert main(["study", "head", *told, "--json", "--out", str(out)]) == 0
    document = json.loads(capsys.readouterr().out)
    (row,) = document["rows"]
    assert row["levels"] == {"head": "none"}
    assert row["mean"]["linear"] == row["mean"]["linear_after"]
    assert "<table" in out.read_text()
    assert job.status("head")["state"] == "finished"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("title: [", "is not a study"),
        ("- a list", "is not a study"),
        ("title: T", "Field required"),
        ("base: {method: telepathy}", "There is no method called 'telepathy'"),
        ("base: {speed: 3}", "no setting 'speed'"),
        ("protocol: [1]", "valid string"),
    ],
)
def test_a_broken_file_is_one_sentence(content: str, said: str, tmp_path: Path) -> None:
    import yaml

    whole = tiny_study().model_dump(exclude={"name"})
    place = tmp_path / "broken.yaml"
    if content.startswith(("base:", "protocol:")):
        changed = yaml.safe_load(content)
        whole["base"] |= changed.get("base", {})
        whole |= {key: value for key, value in changed.items() if key != "base"}
        if "method" in changed.get("base", {}):
            whole["factors"]["loss"]["contrast"] = {}
        place.write_text(yaml.safe_dump(whole))
    else:
        place.write_text(content)
    with pytest.raises(UserError) as caught:
        studies.cells(read(place))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_cannot_be_done_is_said_and_the_next_cell_begins(capsys: pytest.CaptureFixture[str]) -> None:
    factors = {"loss": {"lonely": {"method": "triplet", "positives": "same class", "per_class": 1}, "ok": {}}}
    study = tiny_study(factors=factors, published=[])
    list(studies.carry_out(study, Choice(epochs=1, limit=64, seeds=1)))
    assert "a single picture" in capsys.readouterr().err
    rows = studies.results(study, Choice(epochs=1, limit=64, seeds=1))
    assert [len(row.runs) for row in rows] == [0, 1]
    assert sorted(run.status["state"] for run in Run.all()) == ["failed", "finished"]
    [(reason, failed)] = studies.failures(study, Choice(epochs=1, limit=64, seeds=1)).items()
    assert "a single picture" in reason
    assert [cell.levels for cell in failed] == [{"loss": "lonely"}]
    with pytest.raises(UserError, match="no protocol"):
        list(studies.carry_out(tiny_study(protocol="guess"), Choice()))
    with pytest.raises(UserError, match="no study called"):
        studies.load("telepathy")


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", [n for n in STUDIES if n not in ON_REAL_PICTURES])
def test_every_study_runs_in_its_smallest_form(name: str, tmp_path: Path) -> None:
    study, choice = studies.load(name), SMALL
    if name == "simclr-or-style":
        # A ResNet-50 at 256 px is too much for the digits.
        some = f"folder:{a_few_pictures(tmp_path / 'few')}"
        settings = study.factors["setting"].values()
        choice = Choice(epochs=1, limit=16, seeds=1, stand_in={each["dataset"]: some for each in settings})
    assert all(stage.done for stage in list(studies.carry_out(study, choice))[-1:])
    assert all(len(row.runs) == 1 for row in studies.results(study, choice)), name


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", ON_REAL_PICTURES)
def test_studies_of_real_pictures_run_in_their_smallest_form(name: str, real: Path, own_data: Path) -> None:
    downloads = own_data / "downloads"
    downloads.mkdir(exist_ok=True)
    file = get_weight("MobileNet_V2_Weights.IMAGENET1K_V1").url.rpartition("/")[2]
    shutil.copy(real / "weights" / "mobilenet_v2-imagenet.pth", downloads / file)
    dataset, places = ON_REAL_PICTURES[name]
    stand_in = {wanted: place.format(real) for wanted, place in places.items()}
    study = studies.load(name)
    choice = Choice(dataset=dataset, epochs=1, limit=60, seeds=1, stand_in=stand_in)
    list(studies.carry_out(study, choice))
    (downloads / file).unlink()
    rows = studies.results(study, choice)
    assert len(rows) == len(studies.cells(study, choice))
    assert all(len(row.runs) == 1 for row in rows)
