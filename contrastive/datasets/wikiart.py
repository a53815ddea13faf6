"""`wikiart`: paintings by style, artist and genre, from a folder of style/artist_title.jpg or a zip of it.

The lists of ArtGAN (style_train.csv, style_val.csv, style_class.txt, and the same for artist and genre), where they
lie there too, are joined into one table.
"""

import unicodedata
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import pandas as pd

from contrastive.datasets.known_folders import title
from contrastive.datasets.prepare import Scan
from contrastive.datasets.shelf import Renamed, Shelf, shelf
from contrastive.datasets.shelved import shelved
from contrastive.datasets.texts import texts
from contrastive.errors import UserError
from contrastive.storage import digest

TASKS = ("style", "artist", "genre")
SPLITS = ("train", "val")

CARD = {
    "title": "WikiArt",
    "description": "Paintings from WikiArt.org by style, artist and genre.",
    "source": "https://www.wikiart.org; lists: https://github.com/cs-chan/ArtGAN",
    "licence": "for non-commercial research only, under the terms of WikiArt.org",
    "citation": "Tan, W. R. et al. (2016). Ceci n'est pas une pipe: A Deep Convolutional Network for Fine-art "
    "Paintings Classification. ICIP.",
}


def scan(root: Path | None, size: int | None) -> Scan:
    """Paintings with the columns style and artist, and genre where the lists are there.

    Without lists, the folder is the style and the file's name the artist, up to the first underscore, and the title.
    With lists, they say which pictures belong to the set and what they are; a number without a name in TASK_class.txt
    is no label. A picture's split is that of the style list, or else of the artist's, or else of the genre's.
    Unless told, the size is the median shorter side of the pictures, at most 96.
    """
    if root is None:
        raise UserError(
            "WikiArt is not fetched by this program (25 GB).",
            "Get wikiart.zip as https://github.com/cs-chan/ArtGAN says, and name it or its folder: wikiart:PATH.",
        )
    pictures = shelf(root)
    # Names with accents are written in two ways in Unicode, and the lists do not always use that of the files.
    known = {unicodedata.normalize("NFC", _from_style(name)): name for name in pictures.names if "/" in name}
    if not known:
        raise UserError(f"{root} holds no folder of pictures.", "WikiArt's pictures are STYLE/ARTIST_TITLE.jpg.")
    lists = _read_lists(root)
    listed = lists.labels if lists.labels else {name: {} for name in known}
    refused = [
        {"id": name, "reason": f"{name} is in the lists but not here."} for name in listed if name not in known
    ]
    table = pd.DataFrame([_row(name, lists) for name in listed if name in known])
    if table.empty:
        raise UserError(f"None of the {len(listed):,} pictures of the lists is in {root}.", refused[0]["reason"])
    labels = [task for task in TASKS if task in table and table[task].notna().any()]
    said = [f"{len(table):,} paintings from WikiArt.org. {', '.join(_counted(table, task) for task in labels)}."]
    if unlisted := len(known.keys() - listed.keys()):
        said.append(f"{unlisted:,} more pictures are here that no list names.")
    on_shelf = Shelf(
        table["id"].tolist(),
        digest(pictures.stamp, repr(refused)),
        Renamed(pictures.open, known),
        [*pictures.refused, *refused],
    )
    card = CARD | {"description": " ".join([*said, *lists.remarks])}
    return shelved(on_shelf, table, labels, name="wikiart", size=size, card=card)


@dataclass
class Lists:
    """What the lists say: labels by picture and task, splits by picture."""

    labels: dict[str, dict[str, str | None]] = field(default_factory=dict)
    splits: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


def _read_lists(root: Path) -> Lists:
    wanted = {f"{task}_{rest}" for task in TASKS for rest in ("train.csv", "val.csv", "class.txt")}
    papers = texts(root, lambda name: PurePosixPath(name).name in wanted)
    found = {PurePosixPath(path).name: text for path, text in papers.items()}
    lists = Lists()
    moved = set()
    for task in TASKS:
        names = dict(
            line.split(maxsplit=1)
            for line in found.get(f"{task}_class.txt", "").splitlines()
            if len(line.split()) > 1
        )
        nameless = 0
        for split in SPLITS:
            for line in found.get(f"{task}_{split}.csv", "").splitlines():
                path, comma, number = line.rpartition(",")
                if not comma:
                    continue
                name = unicodedata.normalize("NFC", path.strip().strip('"'))
                called = names.get(number.strip())
                nameless += called is None
                lists.labels.setdefault(name, {})[task] = _words(called) if called else None
                if lists.splits.setdefault(name, split) != split:
                    moved.add(name)
        if nameless:
            lists.remarks.append(
                f"{nameless:,} numbers of {task} have no name in {task}_class.txt and are no labels."
            )
    if moved:
        lists.remarks.append(
            f"{len(moved):,} pictures are train in one list and val in another: the first list counts."
        )
    return lists


def _row(name: str, lists: Lists) -> dict[str, str | None]:
    """A picture's row: by the lists where there are any, by its folder and name otherwise."""
    path = PurePosixPath(name)
    artist, parted, rest = path.stem.partition("_")
    painter = " ".join(word[:1].upper() + word[1:] for word in _words(artist).split()) if parted else None
    called = title(_words(rest if parted else artist))
    row: dict[str, str | None] = {"id": name, "title": called[:1].upper() + called[1:]}
    if lists.labels:
        labels = lists.labels[name]
        row |= {"split": lists.splits[name], **{task: labels.get(task) for task in TASKS}, "painter": painter}
    else:
        row |= {"style": _words(path.parent.name), "artist": painter}
    return row


def _from_style(name: str) -> str:
    """The path from the style's folder on, which is how the lists name pictures."""
    return "/".join(PurePosixPath(name).parts[-2:])


def _words(name: str) -> str:
    return " ".join(name.replace("_", " ").replace("-", " ").split())


def _counted(table: pd.DataFrame, task: str) -> str:
    return f"{table[task].nunique():,} {task}s ({table[task].notna().sum():,} pictures)"
