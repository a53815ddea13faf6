"""`defungi`: microscope photos of fungi in five classes, from class folders or a zip of them."""

from pathlib import Path, PurePosixPath

from contrastive.datasets.known_folders import in_known_folders
from contrastive.datasets.prepare import Scan
from contrastive.datasets.shelved import shelved
from contrastive.errors import UserError

# Folder names as published (H1 ... H6, there is no H4) and as the paper abbreviates them.
CLASSES = {
    ("H1", "TSH"): "Tortuous septate hyaline hyphae",
    ("H2", "BASH"): "Beaded arthroconidial septate hyaline hyphae",
    ("H3", "GMA"): "Groups or mosaics of arthroconidia",
    ("H5", "SHC"): "Septate hyaline hyphae with chlamydioconidia",
    ("H6", "BBH"): "Broad brown hyphae",
}

CARD = {
    "title": "DeFungi",
    "description": "Patches of microscope photos of fungi from a mycological laboratory, in five classes.",
    "source": "UCI Machine Learning Repository, https://archive.ics.uci.edu/dataset/773/defungi",
    "licence": "CC BY 4.0",
    "citation": "Pineda Sopo, C. J., Hajati, F. and Gheisari, S. (2021). DeFungi: Direct Mycological Examination of "
    "Microscopic Fungi Images. arXiv:2109.07322.",
}


def scan(root: Path | None, size: int | None) -> Scan:
    """The pictures in the class folders H1, H2, H3, H5 and H6 (or TSH, BASH, GMA, SHC, BBH) under `root`.

    Folders train and test around them become the splits. The column photo says, by the name of the file, which photo
    a patch was cut from: patches of one photo resemble each other, also across splits. Unless told, the size is the
    median shorter side, at most 96. Raises UserError where no root is given or none of the folders is there.
    """
    if root is None:
        raise UserError(
            "DeFungi is not fetched by this program.",
            "Get defungi.zip from https://archive.ics.uci.edu/dataset/773/defungi and name it: defungi:PATH.zip.",
        )
    pictures, table = in_known_folders(
        root, {code: name for codes, name in CLASSES.items() for code in codes}, "class"
    )
    # Patches are called CLASS_PHOTO_NUMBER, like H2_102a_4.
    table["photo"] = [PurePosixPath(name).stem.rpartition("_")[0] or None for name in table["id"]]
    card = CARD | {"description": f"{len(table):,} {CARD['description'][0].lower()}{CARD['description'][1:]}"}
    if "split" in table:
        splits = table.groupby("photo")["split"].nunique()
        if shared := int((splits > 1).sum()):
            said = f"{shared:,} of {len(splits):,} photos have patches in more than one split"
            card["description"] += f" By the names of the files, {said}."
    return shelved(
        pictures, table, ["class"], name="defungi", size=size, card=card, classes_of={"class": [*CLASSES.values()]}
    )
