"""`artdl`: paintings of ten Christian saints, from the kit as it lies on a disk, or downloaded when asked for.

`artdl_kit` reads the kit's lists and tables; this file turns them into a data set, and fetches it.
"""

from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from contrastive.datasets.artdl_kit import Kit, is_paper, read_kit
from contrastive.datasets.download import Progress, fetch
from contrastive.datasets.prepare import Scan
from contrastive.datasets.shelf import Renamed, Shelf, join, shelf
from contrastive.datasets.shelved import shelved
from contrastive.datasets.texts import texts
from contrastive.errors import UserError
from contrastive.storage import data_dir, digest, read_json

RECORD, PAGE = "https://zenodo.org/api/records/6473001", "https://zenodo.org/records/6473001"

CARD = {
    "title": "ArtDL",
    "description": "Paintings of Christian saints, mostly of the Renaissance, in ten classes by who is shown.",
    "source": f"https://artdl.org, {PAGE}",
    "licence": "for academic research only; the copyright of each image is its owner's",
    "citation": "Milani, F. and Fraternali, P. (2021). A Dataset and a Convolutional Model for Iconography "
    "Classification in Paintings. ACM Journal on Computing and Cultural Heritage.",
}


def scan(root: Path | None, size: int | None, *, download: bool = False, progress: Progress | None = None) -> Scan:
    """ArtDL's pictures with the column saint, and the official splits train, val and test.

    `root`: the kit (DEVKitArtDL), a folder that holds it, or a zip of it: pictures in JPEGImages, with ArtDL.csv, or
    artdl_train.csv, artdl_val.csv and artdl_test.csv, or the lists train.txt, val.txt and test.txt. The lists say
    which pictures belong to the set, the tables how they are labelled. A list that repeats pictures to balance the
    classes is read as the distinct pictures it names, which the card says. A picture of several saints keeps
    artdl_label, or else the first in the order of the classes; the column also names the others.
    `download` (artdl:download=true): fetch the set from Zenodo, once, when it is not here.
    Unless told, the size is the median shorter side of the pictures, at most 96.
    """
    if root is None and download:
        _download(_home(), progress)
    place = root or _home()
    pictures, papers = _stock(place)
    if not pictures.names:
        raise _absent(place, asked=root is not None)
    kit = read_kit(papers)
    known = {}
    for name in sorted(pictures.names, key=lambda name: PurePosixPath(name).parent.name == "JPEGImages"):
        known[PurePosixPath(name).stem] = name
    here = [item in known for item in kit.table["id"]]
    table = kit.table[here].reset_index(drop=True)
    missing = [item for item in kit.table["id"] if item not in known]
    if table.empty:
        raise UserError(
            f"None of the {len(kit.table):,} pictures that ArtDL's lists name is in {place}.",
            "They should lie in JPEGImages, called ITEM.jpg.",
        )
    refused = [{"id": item, "reason": f"{item}.jpg is not in JPEGImages."} for item in missing]
    on_shelf = Shelf(
        table["id"].tolist(),
        digest(pictures.stamp, repr(refused)),
        Renamed(pictures.open, known),
        [*pictures.refused, *refused],
    )
    labelled = ["saint"] if "saint" in table else []
    return shelved(
        on_shelf,
        table,
        labelled,
        name="artdl",
        size=size,
        card=CARD | {"description": _described(kit, len(missing))},
        classes_of={"saint": kit.classes} if labelled else {},
    )


def _described(kit: Kit, missing: int) -> str:
    """What the kit holds, and what was decided where it says several things."""
    counts = kit.table["split"].value_counts()
    splits = ", ".join(f"{counts[split]:,} {split}" for split in ("train", "val", "test") if split in counts)
    said = [CARD["description"], f"{len(kit.table):,} distinct pictures ({splits}).", *kit.remarks]
    if missing:
        said.append(f"{missing:,} of them are missing here.")
    return " ".join(said)


def _stock(place: Path) -> tuple[Shelf, dict[str, str]]:
    """Pictures, and lists and tables by path; the zips in a folder that holds no picture are read where they lie."""
    pictures = shelf(place) if place.exists() else Shelf([], "", place.joinpath)
    places = [place] if place.exists() else []
    if not pictures.names and place.is_dir() and (packed := sorted(place.glob("*.zip"))):
        pictures = join({path.stem: shelf(path) for path in packed})
        places = [*packed, place]
    papers: dict[str, str] = {}
    for each in places:
        papers |= texts(each, is_paper)
    return pictures, papers


def _home() -> Path:
    return data_dir() / "downloads" / "artdl"


def _absent(place: Path, *, asked: bool) -> UserError:
    if asked:
        return UserError(
            f"There are no pictures in {place}.",
            "Name the folder that holds DEVKitArtDL, or the kit as a zip; other archives must be unpacked first.",
        )
    return UserError(
        "ArtDL is not on this machine.",
        "Name the folder that holds DEVKitArtDL, as in artdl:FOLDER; or fetch it once with artdl:download=true; or "
        f"put the files of {PAGE} into {place}.",
    )


def _download(place: Path, progress: Progress | None) -> None:
    """Every file of the Zenodo record, resumed where it was cut off and checked against its md5."""
    record = place / "record.json"
    if record.is_file() and all((place / file["key"]).is_file() for file in _files(record)):
        return
    record.unlink(missing_ok=True)
    try:
        fetch(RECORD, record)
    except UserError as error:
        raise UserError(
            f"ArtDL could not be fetched: {error.message}", f"By hand: put the files of {PAGE} into {place}."
        ) from error
    try:
        files = _files(record)
    except UserError:
        record.unlink()
        raise
    for file in files:
        fetch(file["url"], place / file["key"], md5=file["md5"], size=file["size"], progress=progress)


def _files(record: Path) -> list[dict[str, Any]]:
    """Name, size, md5 and address of the files of a Zenodo record."""
    try:
        files: list[dict[str, Any]] = [
            {
                "key": str(file["key"]),
                "size": int(file["size"]),
                "md5": str(file["checksum"]).removeprefix("md5:"),
                "url": str(file["links"]["self"]),
            }
            for file in read_json(record)["files"]
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(
            "Zenodo's answer about ArtDL cannot be understood.", f"Get the files by hand: {PAGE}."
        ) from error
    for file in files:
        # The list comes from outside: a name stays in its folder, and an address with the same server.
        if PurePosixPath(file["key"]).name != file["key"] or urlsplit(file["url"])[:2] != urlsplit(RECORD)[:2]:
            raise UserError(f"Zenodo names a file that cannot be ArtDL's: {file['key']}.", "Get the files by hand.")
    return files
