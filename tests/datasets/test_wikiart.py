"""WikiArt from folders of styles, with and without ArtGAN's lists."""

import unicodedata
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from contrastive import datasets
from contrastive.errors import UserError

NAMES = [
    "Art_Nouveau_Modern/gustav-klimt_the-kiss-1908.jpg",
    "Art_Nouveau_Modern/alphonse-mucha_job,-1896.jpg",
    "Impressionism/berthe-morisot_the-cradle.jpg",
    "Impressionism/eugène-boudin_the-beach.jpg",
    "Impressionism/untitled.jpg",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for i, name in enumerate(NAMES):
        path = tmp_path / "art" / "wikiart" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (24, 20), (40 * i, 0, 0)).save(path)
    return tmp_path / "art"


def test_folders_and_names_say_style_artist_and_title(folder: Path, tmp_path: Path) -> None:
    found = datasets.load(f"wikiart:{folder}")
    assert found.label_columns == ["style", "artist"]
    assert found.classes == ["Art Nouveau Modern", "Impressionism"]
    by_id = found.table.set_index("id")
    assert by_id.loc[NAMES[0], ["style", "artist", "title"]].tolist() == [
        "Art Nouveau Modern",
        "Gustav Klimt",
        "The kiss 1908",
    ]
    assert by_id.loc[NAMES[3], "artist"] == "Eugène Boudin"
    assert found.codes("artist")[found.table["id"] == NAMES[4]].tolist() == [-1], "no underscore, no artist"
    with zipfile.ZipFile(tmp_path / "wikiart.zip", "w") as archive:
        for name in NAMES:
            archive.write(folder / "wikiart" / name, f"wikiart/{name}")
    assert datasets.load(f"wikiart:{tmp_path / 'wikiart.zip'}").fingerprint == found.fingerprint
    assert datasets.load(f"wikiart:{folder / 'wikiart'}").fingerprint == found.fingerprint


def test_lists_are_joined(folder: Path) -> None:
    lists = {
        # The accent is a letter of its own here.
        "style_train.csv": f"{NAMES[0]},3\n{NAMES[1]},3\n{unicodedata.normalize('NFD', NAMES[3])},12\n",
        "style_val.csv": f"{NAMES[2]},12\nImpressionism/gone_away.jpg,12\n",
        "style_class.txt": "3 Art_Nouveau\n12 Impressionism\n",
        "artist_train.csv": f"{NAMES[2]},4\n",
        "artist_class.txt": "4 Berthe_Morisot\n",
        "genre_train.csv": f"{NAMES[4]},7\n{NAMES[0]},8\n",
        "genre_val.csv": f"{NAMES[1]},7\n",
        "genre_class.txt": "7 genre_painting\n",
    }
    (folder / "lists").mkdir()
    for name, text in lists.items():
        (folder / "lists" / name).write_text(text)
    found = datasets.load(f"wikiart:{folder}")
    assert found.label_columns == ["style", "artist", "genre"]
    rows = found.table.set_index("id").reindex(NAMES)
    assert rows["style"].fillna("").tolist() == ["Art Nouveau", "Art Nouveau", "Impressionism", "Impressionism", ""]
    assert rows["artist"].fillna("").tolist() == ["", "", "Berthe Morisot", "", ""]
    assert rows["genre"].fillna("").tolist() == ["", "genre painting", "", "", "genre painting"]
    assert rows["split"].tolist() == ["train", "train", "val", "train", "train"]
    assert rows["painter"].tolist()[0] == "Gustav Klimt"
    assert [bad["id"] for bad in found.card["unreadable"]] == ["Impressionism/gone_away.jpg"]
    for said in ("1 numbers of genre have no name", "2 pictures are train in one list and val in another"):
        assert said in found.card["description"]


def test_what_is_not_wikiart_is_one_sentence(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(UserError, match="not fetched"):
        datasets.load("wikiart")
    with pytest.raises(UserError, match="no folder of pictures"):
        datasets.load(f"wikiart:{folder / 'wikiart' / 'Impressionism'}")
    (folder / "style_train.csv").write_text("Baroque/a_b.jpg,1\n")
    with pytest.raises(UserError, match="None of the 1 pictures"):
        datasets.load(f"wikiart:{folder}")
