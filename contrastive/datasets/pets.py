"""`pets`: Oxford-IIIT Pet, cats and dogs of 37 breeds, downloaded once or read where they lie."""

import os
import shutil
import tarfile
from pathlib import Path, PurePosixPath

import pandas as pd

from contrastive.datasets.download import Progress, fetch
from contrastive.datasets.known_folders import in_known_folders, plain, title
from contrastive.datasets.prepare import Scan
from contrastive.datasets.shelf import Renamed, Shelf, shelf
from contrastive.datasets.shelved import shelved
from contrastive.datasets.texts import texts
from contrastive.errors import UserError
from contrastive.storage import data_dir, digest

FOLDER = "oxford-iiit-pet"
SITE = "https://www.robots.ox.ac.uk/~vgg/data/pets/data"
FILES = {
    "images.tar.gz": "5c4f3ee8e5d25df40f4fd59a7f44e54c",
    "annotations.tar.gz": "95a8c909bbe2e81eed6a22bccdf3f68f",
}
LISTS = {"annotations/trainval.txt": "train", "annotations/test.txt": "test"}

CATS = [
    *("Abyssinian", "Bengal", "Birman", "Bombay", "British Shorthair", "Egyptian Mau"),
    *("Maine Coon", "Persian", "Ragdoll", "Russian Blue", "Siamese", "Sphynx"),
]
DOGS = [
    *("American Bulldog", "American Pit Bull Terrier", "Basset Hound", "Beagle", "Boxer", "Chihuahua"),
    *("English Cocker Spaniel", "English Setter", "German Shorthaired", "Great Pyrenees", "Havanese"),
    *("Japanese Chin", "Keeshond", "Leonberger", "Miniature Pinscher", "Newfoundland", "Pomeranian", "Pug"),
    *("Saint Bernard", "Samoyed", "Scottish Terrier", "Shiba Inu", "Staffordshire Bull Terrier"),
    *("Wheaten Terrier", "Yorkshire Terrier"),
]
BREEDS = {plain(name): name for name in sorted(CATS + DOGS)}

CARD = {
    "title": "Oxford-IIIT Pet",
    "description": "Photos of cats and dogs of up to 37 breeds.",
    "source": "Visual Geometry Group, https://www.robots.ox.ac.uk/~vgg/data/pets",
    "licence": "CC BY-SA 4.0",
    "citation": "Parkhi, O. M. et al. (2012). Cats and Dogs. CVPR.",
}


def scan(root: Path | None, size: int | None, *, progress: Progress | None = None) -> Scan:
    """Cats and dogs with the columns breed and species.

    `root`: torchvision's layout (oxford-iiit-pet/images and oxford-iiit-pet/annotations, whose trainval.txt becomes
    train and test.txt test), or breed folders, or a zip of either. Without one, the set is downloaded once (800 MB).
    Unless told, the size is the median shorter side of the pictures, at most 96.
    """
    place = root or _downloaded(progress)
    lists = texts(place, lambda name: "/".join(PurePosixPath(name).parts[-2:]) in LISTS)
    if lists:
        pictures, table = _official(place, lists)
    else:
        pictures, table = in_known_folders(place, BREEDS, "breed")
    table["species"] = ["cat" if breed in CATS else "dog" for breed in table["breed"]]
    breeds = [name for name in BREEDS.values() if name in set(table["breed"])]
    card = CARD | {"description": f"{len(table):,} photos of cats and dogs of {len(breeds)} breeds."}
    order = {"breed": breeds, "species": [name for name in ("cat", "dog") if name in set(table["species"])]}
    return shelved(pictures, table, ["breed", "species"], name="pets", size=size, card=card, classes_of=order)


def _official(place: Path, lists: dict[str, str]) -> tuple[Shelf, pd.DataFrame]:
    """The pictures that the official lists name, in their order; a missing one is refused, with the reason."""
    pictures = shelf(place)
    # Only in images: the outlines among the annotations have the same names.
    known = {PurePosixPath(n).stem: n for n in pictures.names if PurePosixPath(n).parent.name == "images"}
    rows: dict[str, dict[str, str]] = {}
    refused = []
    for path, text in lists.items():
        for line in text.splitlines():
            identity = line.partition(" ")[0]
            if not identity or identity.startswith("#"):
                continue
            # The breed is part of the name; the lists' class numbers say the same, but not in words.
            breed = BREEDS.get(plain(identity.rpartition("_")[0]))
            if identity not in known or breed is None:
                reason = "is in the list but not in images" if breed else "names no breed that is known"
                refused.append({"id": identity, "reason": f"{identity} {reason}."})
                continue
            split = LISTS["/".join(PurePosixPath(path).parts[-2:])]
            rows[identity] = {"id": identity, "title": title(identity), "breed": breed, "split": split}
    if not rows:
        raise UserError(f"The lists in {place} name {len(refused):,} pictures, and none of them is there.")
    table = pd.DataFrame(list(rows.values()))
    stamp = digest(pictures.stamp, repr(refused))
    return Shelf(list(rows), stamp, Renamed(pictures.open, known), [*pictures.refused, *refused]), table


def _downloaded(progress: Progress | None) -> Path:
    """The folder of the downloaded set: fetched and unpacked now where it is not there."""
    place = data_dir() / "downloads" / FOLDER
    for name, md5 in FILES.items():
        part = name.partition(".")[0]
        if not (place / part).is_dir():
            packed = fetch(f"{SITE}/{name}", place / name, md5=md5, progress=progress)
            unpacked = place / f"{part}.tmp"
            shutil.rmtree(unpacked, ignore_errors=True)
            try:
                with tarfile.open(packed) as archive:
                    archive.extractall(unpacked, filter="data")
                # In one step, so that an interruption never leaves a folder that looks whole.
                os.replace(unpacked / part, place / part)
            except (OSError, tarfile.TarError) as error:
                raise UserError(f"{packed} cannot be unpacked ({error}).", "Is there room on the disk?") from error
            shutil.rmtree(unpacked)
            packed.unlink()
    return place
