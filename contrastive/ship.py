"""Make what the repository ships, with this very code: the thousand paintings, and the encoders with their maps.

    python -m contrastive.ship atelier
    python -m contrastive.ship encoder RUN NAME --title "..." --dataset atelier --suits atelier [--no-maps]
    python -m contrastive.ship style RUN NAME --title "..."

The second takes a finished run, stores its weights in half precision under models/pretrained/NAME with a card, and
beside them its embedding of the bundled data set and the maps the page opens with, unless told not to. The third
does so with a run of style-train: weights and card.
"""

import argparse
import hashlib
import io
import json
import shlex
import sys
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

from contrastive import catalogue, datasets, maps
from contrastive.commands.progress import Progress
from contrastive.datasets.atelier import Picture, paint, plan
from contrastive.datasets.atelier.source import SHIPPED, SIZE
from contrastive.embed import embed
from contrastive.encoders import save_encoder
from contrastive.evaluate import PROBES
from contrastive.runs import Run
from contrastive.storage import pretrained_dir, write_bytes, write_json
from contrastive.style.run import StyleRun
from contrastive.style.weights import load_network, save_network

IMAGES, QUALITY = 1000, 90
MAPS = ("tsne", "umap", "pca")


def main() -> None:
    """Read the command line and make one thing."""
    parser = argparse.ArgumentParser(prog="python -m contrastive.ship", description=__doc__)
    verbs = parser.add_subparsers(required=True, dest="verb")
    verbs.add_parser("atelier")
    verb = verbs.add_parser("encoder")
    verb.add_argument("run")
    verb.add_argument("name")
    verb.add_argument("--title", required=True)
    verb.add_argument("--dataset", required=True, help="bundled data set to embed and map")
    verb.add_argument("--suits", nargs="*", default=[], help="data sets it is the default encoder for")
    verb.add_argument("--no-maps", action="store_true", help="leave out embedding and maps: weights and card only")
    verb = verbs.add_parser("style")
    verb.add_argument("run")
    verb.add_argument("name")
    verb.add_argument("--title", required=True)
    args = parser.parse_args()
    if args.verb == "atelier":
        atelier()
    elif args.verb == "style":
        style(args.run, args.name, title=args.title)
    else:
        encoder(
            args.run, args.name, title=args.title, dataset=args.dataset, suits=args.suits, mapped=not args.no_maps
        )


def atelier() -> None:
    """data/atelier/atelier.zip: WebP pictures and a table with all that is needed to paint them again, larger."""
    from concurrent.futures import ProcessPoolExecutor

    pictures = plan(IMAGES, seed=0)
    names = [f"painting-{i:04d}" for i in range(len(pictures))]
    buffer = io.BytesIO()
    bar = Progress("painting")
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive, ProcessPoolExecutor() as pool:
        table = pd.DataFrame([{"id": n, "title": p.title, **vars(p)} for n, p in zip(names, pictures, strict=True)])
        # A fixed date, so that the same paintings make the same bytes.
        archive.writestr(zipfile.ZipInfo("table.csv"), table.to_csv(index=False))
        for i, content in enumerate(pool.map(partial(_webp, SIZE), pictures, chunksize=16)):
            archive.writestr(zipfile.ZipInfo(f"{names[i]}.webp"), content)
            bar(i + 1, len(pictures))
    write_bytes(SHIPPED, buffer.getvalue())
    print(f"{SHIPPED.name}: {len(pictures)} paintings, {len(buffer.getvalue()) / 2**20:.1f} MiB", file=sys.stderr)


def _webp(size: int, picture: Picture) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(paint(picture, size)).save(buffer, "WEBP", quality=QUALITY, method=6)
    return buffer.getvalue()


def encoder(run_id: str, name: str, *, title: str, dataset: str, suits: list[str], mapped: bool) -> None:
    """models/pretrained/NAME: weights, card, and, where `mapped`, the embedding and maps of a bundled data set."""
    run = Run.open(run_id)
    place = pretrained_dir() / name
    save_encoder(run.encoder(), place / "encoder.safetensors", half=True)
    for folder in ("embeddings", "maps"):
        for old in (place / folder).glob("*"):
            old.unlink()
    config, command = _told(run)
    # The catalogue knows an encoder by its card, and embeds what is measured below through it.
    write_json(place / "card.json", {"title": title, "dataset": dataset, "suits": suits, "config": config})

    known, images = catalogue.find(name), datasets.load(dataset)
    vectors = np.asarray(embed(known, images))
    buffer = io.BytesIO()
    np.save(buffer, vectors)
    if mapped:
        write_bytes(place / "embeddings" / known.cached(images)[0].name, buffer.getvalue())
    for method in MAPS if mapped else ():
        made = maps.fit(vectors, method)
        made.save(place / "maps" / catalogue.map_name(known, images, method, 2, 0, made.knobs))

    train, test = images.rows("train"), images.rows("test")
    labels = images.codes()
    accuracy = {
        probe: round(
            PROBES[probe](vectors[train], labels[train], vectors[test], labels[test], images.classes).accuracy, 4
        )
        for probe in ("linear", "knn")
    }
    trained_on = datasets.load(run.config.dataset, size=run.config.size)
    card = {
        "title": title,
        "dataset": dataset,
        "suits": suits,
        "architecture": run.config.encoder,
        "command": f"python -m contrastive train {command} --run {name}",
        "ship": f'python -m contrastive.ship encoder {name} {name} --title "{title}" --dataset {dataset} '
        + f"--suits {' '.join(suits)}"
        + (" --no-maps" if not mapped else ""),
        "parameters": sum(parameter.numel() for parameter in run.encoder().parameters()),
        "config": config,
        "seed": run.config.seed,
        "trained_on": {"fingerprint": trained_on.fingerprint, "split": run.config.split},
        "measured_on": {
            "dataset": dataset,
            "fingerprint": images.fingerprint,
            "split": "test",
            "labels": images.target,
        },
        "accuracy": accuracy,
        "last_epoch": run.metrics()[-1],
        "sha256": hashlib.sha256((place / "encoder.safetensors").read_bytes()).hexdigest(),
        "licence": "MIT",
    }
    write_json(place / "card.json", card)
    size = sum(path.stat().st_size for path in Path(place).rglob("*") if path.is_file())
    print(f"{name}: {size / 2**20:.1f} MiB, {accuracy}", file=sys.stderr)


def style(run_id: str, name: str, *, title: str) -> None:
    """models/pretrained/NAME: the weights of a style network in half precision, and their card."""
    run = StyleRun.open(run_id)
    place = pretrained_dir() / name / run.weights
    network = load_network(run.path / run.weights)
    save_network(network, place, half=True)
    config, command = _told(run)
    last = run.metrics()[-1]
    card = {
        "title": title,
        "design": network.describe(),
        "parameters": sum(parameter.numel() for parameter in network.parameters()),
        "data": {"content": config["content"], "style": config["style"], "split": config["split"]},
        "command": f"python -m contrastive style-train {command} --run {name}",
        "ship": f'python -m contrastive.ship style {name} {name} --title "{title}"',
        "config": config,
        "steps": config["steps"],
        "seed": config["seed"],
        "minutes": round(sum(line["seconds"] for line in run.metrics()) / 60, 1),
        "last_round": last,
        "sha256": hashlib.sha256(place.read_bytes()).hexdigest(),
        "licence": "MIT",
    }
    write_json(place.parent / "card.json", card)
    print(f"{name}: {place.stat().st_size / 2**20:.2f} MiB, loss {last['loss']:.3f}", file=sys.stderr)


def _told(run: Run) -> tuple[dict[str, Any], str]:
    """The config of a run, and the flags that differ from the defaults; of paths the names of the files only.

    Where the maker's files lay is nobody's business; which they were is.
    """
    config = {key: _without_folders(value) for key, value in run.config.model_dump().items()}
    fields = type(run.config).model_fields
    flags = [
        f"--{key.replace('_', '-')} {shlex.quote(value if isinstance(value, str) else json.dumps(value))}"
        for key, value in config.items()
        if value != fields[key].default or key == "dataset"
    ]
    return config, " ".join(flags)


def _without_folders(value: Any) -> Any:
    """A setting whose paths are only the names of files: folder:/home/me/art.zip -> folder:art.zip."""
    if isinstance(value, list):
        return [_without_folders(entry) for entry in value]
    if isinstance(value, str) and ":" in value:
        kind, _, rest = value.partition(":")
        # Several places are joined by a plus.
        return f"{kind}:{'+'.join(Path(place).name for place in rest.split('+'))}" if "/" in rest else value
    return value


if __name__ == "__main__":
    main()
