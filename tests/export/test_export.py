"""Files for other programs, read back by them: Parquet by pandas, projector files, ONNX by onnxruntime, the verb."""

import importlib.util
import io
import json
import re
import zipfile
from base64 import b64decode
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image

from contrastive import catalogue, datasets, encoders, export
from contrastive.__main__ import main
from contrastive.config import TrainConfig
from contrastive.errors import UserError
from contrastive.export.onnx_model import onnx_of
from contrastive.runs import Run, record
from contrastive.train import train

SMALL = TrainConfig(dataset="digits", size=16, limit=64, epochs=1, batch_size=32, views="none")


def gathered(what: str, name: str = "atelier-tiny", data: str = "atelier", **options: object) -> export.Contents:
    dataset = datasets.load(data).limit(120)
    return export.gather(export.find(what), catalogue.find(name), dataset, method="pca", **options)


def test_parquet_opens_in_pandas(tmp_path: Path) -> None:
    contents = gathered("parquet", dims=3)
    path = tmp_path / "a.parquet"
    export.write(export.KINDS["parquet"].make(contents), path)
    table = pd.read_parquet(path)
    assert list(table.columns[:5]) == ["id", "split", "subject", "style", "palette"]
    assert table["id"].tolist() == contents.dataset.table["id"].tolist()
    assert table["subject"].tolist() == contents.dataset.table["subject"].tolist()
    assert np.array_equal(table[["x", "y", "z"]].to_numpy(), contents.map.points)
    assert table["x"].dtype == np.float32
    vectors = np.stack(table["embedding"].tolist())
    assert vectors.dtype == np.float32
    assert np.array_equal(vectors, contents.vectors)


def test_parquet_says_where_it_comes_from_and_comes_back_as_vectors(tmp_path: Path) -> None:
    from pyarrow import parquet as files

    from contrastive.vectors.parquet import of_parquet

    contents = gathered("parquet")
    path = tmp_path / "a.parquet"
    path.write_bytes(export.KINDS["parquet"].make(contents))
    schema = files.read_schema(path)
    assert str(schema.field("embedding").type) == "list<element: float>"
    about = json.loads(schema.metadata[b"contrastive"])
    assert (about["encoder"], about["method"], about["images"]) == ("atelier-tiny", "pca", 120)
    vectors, ids = of_parquet(path.read_bytes(), path.name, most=10**7)
    assert ids == contents.dataset.table["id"].tolist()
    assert np.array_equal(vectors, contents.vectors)


@pytest.mark.parametrize(("data", "headed"), [("atelier", True), ("digits", True)])
def test_projector_files_are_what_the_projector_reads(data: str, headed: bool) -> None:
    contents = gathered("projector", "pixels", data)
    files = export.KINDS["projector"].make(contents)
    vectors = np.loadtxt(io.BytesIO(files["vectors.tsv"]), delimiter="\t")
    assert np.allclose(vectors, contents.vectors, rtol=1e-6)
    lines = files["metadata.tsv"].decode().splitlines()
    assert len(lines) == 120 + headed
    assert lines[0].split("\t")[0] == "id"
    assert {line.count("\t") for line in lines} == {lines[0].count("\t")}
    config = files["projector_config.pbtxt"].decode()
    side = [int(s) for s in re.findall(r"single_image_dim: (\d+)", config)]
    assert side[0] == side[1] == min(contents.dataset.size, 64)
    sprite = Image.open(io.BytesIO(files["sprite.png"]))
    assert sprite.size == (11 * side[0], 11 * side[0]), "a square of pictures, row by row"
    assert set(re.findall(r'_path: "(.+?)"', config)) <= files.keys()
    # The thirteenth picture stands second in the second row.
    box = (side[0], side[0], 2 * side[0], 2 * side[0])
    tile = np.asarray(sprite.crop(box), float)
    own = np.asarray(
        contents.dataset.picture(12).convert("RGB").resize((side[0], side[0]), Image.Resampling.BOX), float
    )
    assert np.abs(tile - own).mean() < 2


def test_projector_metadata_of_one_column_has_no_header() -> None:
    whole = datasets.load("digits").limit(30)
    plain = datasets.ImageDataset(
        "plain",
        pixels=whole.pixels,
        digests=whole.digests,
        table=whole.table[["id"]].assign(split="train"),
        classes_of={},
        target="",
    )
    contents = export.gather(export.find("projector"), catalogue.find("pixels"), plain)
    lines = export.KINDS["projector"].make(contents)["metadata.tsv"].decode().splitlines()
    assert lines == plain.table["id"].tolist()


def agrees(content: bytes, encoder: encoders.Encoder) -> None:
    """onnxruntime gives what torch gives, for batches of any size."""
    runtime = pytest.importorskip("onnxruntime")
    session = runtime.InferenceSession(content)
    (given,) = session.get_inputs()
    assert (given.name, given.shape[0], given.shape[1:]) == (
        "pixels",
        "batch",
        [encoder.channels, *[encoder.size] * 2],
    )
    for batch in (1, 2, 7):
        pixels = torch.randint(0, 256, (batch, encoder.channels, encoder.size, encoder.size)).float() / 255
        with torch.inference_mode():
            theirs = encoder(pixels).numpy()
        (ours,) = session.run(["embedding"], {"pixels": pixels.numpy()})
        assert ours.shape == (batch, encoder.dim)
        assert np.abs(ours - theirs).max() < 1e-4


@pytest.mark.parametrize("known", catalogue.shipped(), ids=lambda known: known.name)
def test_shipped_encoders_as_onnx(known: catalogue.Known) -> None:
    pytest.importorskip("onnxscript")
    encoder = known.load(datasets.load(known.card["dataset"]).limit(1))
    agrees(onnx_of(encoder), encoder)


def test_a_run_as_onnx_by_the_verb(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    onnx = pytest.importorskip("onnx")
    pytest.importorskip("onnxscript")
    run = Run.create(SMALL, "mine")
    record(run, train(SMALL))
    run.write_status("finished")
    out = tmp_path / "mine.onnx"
    assert main(["export", "mine", "--what", "onnx", "--out", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["bytes"] == out.stat().st_size
    agrees(out.read_bytes(), run.encoder().eval())
    model = onnx.load(out)
    told = {p.key: p.value for p in model.metadata_props}
    assert (told["size"], told["channels"], told["range"]) == ("16", "1", "0..1")
    assert "divided by 255" in model.doc_string


def test_onnx_names_the_packages_that_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "onnxscript" else found(name))
    with pytest.raises(UserError) as caught:
        export.find("onnx")
    assert caught.value.hint == "Run: python -m pip install onnxscript"


def test_the_page_holds_everything_and_asks_for_nothing() -> None:
    contents = gathered("html")
    page = export.KINDS["html"].make(contents).decode()
    assert not re.findall(r"""(?:src|href)\s*=\s*["']?https?:""", page)
    data = json.loads(re.search(r'id="data">(.*?)</script>', page, re.S)[1])
    assert data["ids"] == contents.dataset.table["id"].tolist()
    assert [column["name"] for column in data["columns"]] == ["subject", "style", "palette", "split"]
    steps = np.frombuffer(b64decode(data["xy"]), "<u2").reshape(2, -1).T / 65535
    points = contents.map.points
    assert np.abs(steps - (points - points.min(0)) / np.ptp(points, axis=0)).max() < 1e-4
    (sheet,) = data["sheets"]
    tiles = Image.open(io.BytesIO(b64decode(sheet.partition(",")[2])))
    assert tiles.width == min(data["across"], 120) * data["side"]


def test_a_title_cannot_leave_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    contents = gathered("html")
    monkeypatch.setitem(contents.dataset.table, "title", ["</script><script>alert(1)</script> @@style@@"] * 120)
    page = export.KINDS["html"].make(contents).decode()
    assert "<script>alert" not in page
    assert page.count("@@style@@") == 120


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--what", "movie", "--out", "{}/a"], "no export called 'movie'"),
        (["--what", "html", "--out", "{}/file/a.html"], "cannot be written"),
        (["--what", "parquet", "--out", "{}"], "cannot be written"),
        (["--what", "html", "--dims", "3", "--out", "{}/a.html"], "flat maps only"),
        (["--what", "parquet", "--method", "tsne", "--perplexity", "-4", "--out", "{}/a"], "perplexity"),
    ],
)
def test_mistakes_are_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, flags: list[str], words: str
) -> None:
    (tmp_path / "file").write_text("not a folder")
    said = [flag.format(tmp_path) for flag in flags]
    assert main(["export", "pixels", "--dataset", "digits", "--limit", "60", "--method", "pca", *said]) == 2
    captured = capsys.readouterr()
    lines = [line for line in captured.err.splitlines() if line.startswith("contrastive: ")]
    assert (captured.out, len(lines)) == ("", 1)
    assert words in lines[0]


def test_a_run_without_weights_is_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    Run.create(SMALL, "early")
    for what in ("html", "onnx"):
        assert main(["export", "early", "--what", what, "--out", str(tmp_path / "a")]) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert re.search("no (encoder )?weights", line)


def test_projector_files_into_a_folder_or_a_zip(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for out in ("folder", "all.zip"):
        flags = ["--what", "projector", "--dataset", "digits", "--limit", "20", "--out", str(tmp_path / out)]
        assert main(["export", "pixels", *flags]) == 0
    names = {path.name for path in (tmp_path / "folder").iterdir()}
    assert names == set(zipfile.ZipFile(tmp_path / "all.zip").namelist())
    assert "MiB (TensorBoard projector, pixels)" in capsys.readouterr().out
