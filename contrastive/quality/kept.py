"""A check that is made once: its findings are kept under data/cache/quality, by encoder and content."""

from pathlib import Path

import pandas as pd

from contrastive.catalogue import Known
from contrastive.datasets import ImageDataset
from contrastive.datasets.prepare import Progress
from contrastive.quality.check import check
from contrastive.quality.findings import Findings
from contrastive.storage import data_dir, digest, read_json, write_json


def checked(dataset: ImageDataset, known: Known, progress: Progress | None = None) -> Findings:
    """The findings of `dataset` by the eyes of `known`, from disk if it was checked before, else checked now.

    `progress` is that of `check`: an exception from it cancels, and nothing is kept.
    """
    if (findings := earlier(dataset, known)) is not None:
        return findings
    from contrastive.embed import embed

    count = len(dataset)
    looked = (lambda done, total: progress(done, 4 * count)) if progress else None
    findings = check(dataset, vectors=embed(known, dataset, progress=looked), progress=progress)
    write_json(_place(dataset, known), findings.document())
    return findings


def earlier(dataset: ImageDataset, known: Known) -> Findings | None:
    """The findings that were kept, or None if this content was not checked yet."""
    place = _place(dataset, known)
    return Findings.from_document(read_json(place)) if place.is_file() else None


def _place(dataset: ImageDataset, known: Known) -> Path:
    # The fingerprint knows pixels and labels, not ids, splits and original sizes.
    table = pd.util.hash_pandas_object(dataset.table, index=False).to_numpy().tobytes()
    rest = repr(dataset.card.get("unreadable"))
    name = digest("quality 2", known.hash(dataset), dataset.fingerprint, table, rest)
    return data_dir() / "cache" / "quality" / f"{name}.json"
