"""The command line: `python -m contrastive VERB ...`. Every verb does what a page does, with the same result.

`--json` prints exactly one JSON document on stdout; progress goes to stderr. A user's mistake is one line and
exit code 2. Verbs are functions of commands.py; the flags of `train` are made from TrainConfig.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from typing import Any, get_args

try:
    from pydantic import BaseModel

    from contrastive import commands
    from contrastive.config import TrainConfig
    from contrastive.errors import UserError
    from contrastive.maps import KNOBS
    from contrastive.style.config import StyleConfig
except ModuleNotFoundError as error:
    sys.exit(f"contrastive: the package {error.name} is missing. What else is wrong: python -m contrastive.doctor")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; returns the exit code."""
    args = build_parser().parse_args(arguments)
    try:
        document, text = args.verb_function(args)
        if args.json or text:
            print(json.dumps(document) if args.json else text, flush=True)
    except UserError as error:
        print(f"contrastive: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("contrastive: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Whoever read us has seen enough; without this, Python would complain once more at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def build_parser() -> argparse.ArgumentParser:
    """All verbs and their flags."""
    parser = argparse.ArgumentParser(
        prog="python -m contrastive", description="Train, embed, map, find neighbours and report."
    )
    verbs = parser.add_subparsers(title="verbs", required=True, metavar="VERB")

    verb = _verb(verbs, "datasets", commands.datasets_verb, "list the data sets, or prepare and describe one")
    verb.add_argument(
        "action",
        nargs="?",
        choices=["check", "vectors"],
        help="check: prepare it and say what it holds; vectors: keep vectors made elsewhere as one more encoder",
    )
    verb.add_argument("name", nargs="?", help="NAME or NAME:PATH")
    verb.add_argument("file", nargs="?", help="vectors: the .npy or .parquet that holds them")
    verb.add_argument("--table", metavar="CSV", help="vectors: whose they are, in a column id; for a .npy")
    verb.add_argument("--as", dest="called", metavar="NAME", help="vectors: the name of the new encoder")
    verb.add_argument("--size", type=int, help="side of the pictures in pixels")
    verb.add_argument("--encoder", metavar="RUN", help="check: by the eyes of this run or shipped encoder")
    verb.add_argument("--csv", metavar="FILE", help="check: write every finding to this file")

    verb = _verb(verbs, "train", commands.train_verb, "train an encoder; writes a run directory")
    verb.add_argument("--run", help="id of the run; made up from the moment when not given")
    verb.add_argument("--config", metavar="FILE", help="a JSON file of settings; flags go before it")
    verb.add_argument("--resume", action="store_true", help="go on with the run from its last checkpoint")
    _settings(verb, TrainConfig)

    verb = _verb(verbs, "style-train", commands.style_train_verb, "train a style network; writes a run directory")
    verb.add_argument("--run", help="id of the run; made up from the moment when not given")
    verb.add_argument("--resume", action="store_true", help="go on with the run from its last checkpoint")
    _settings(verb, StyleConfig)

    verb = _verb(verbs, "style", commands.style_verb, "paint a picture in the manner of another one")
    verb.add_argument("content", metavar="CONTENT", help="picture to paint")
    verb.add_argument("styles", metavar="STYLE", nargs="+", help="picture in whose manner; several are mixed")
    verb.add_argument(
        "--network", default="light-adaconv", help="shipped network or run of style-train [light-adaconv]"
    )
    verb.add_argument("--weights", metavar="W,W,...", help="how much each style counts, such as 2,1 [all the same]")
    verb.add_argument("--alpha", type=float, default=1.0, help="how far towards the style, 0 to 1 [1]")
    verb.add_argument("--size", type=int, default=256, help="shorter side of the result in pixels [256]")
    verb.add_argument("--keep-colours", action="store_true", help="keep the colours of the content")
    verb.add_argument("--out", required=True, metavar="FILE", help="where the picture is written: .png or .jpg")

    verb = _verb(verbs, "style-check", commands.style_check_verb, "measure a style network on held-out pairs")
    verb.add_argument("network", metavar="NETWORK", help="shipped network or run of style-train")
    for name, default in (("content", "atelier"), ("style", "atelier")):
        verb.add_argument(
            f"--{name}", nargs="+", default=[default], metavar="DATASET", help="NAME or NAME:PATH [atelier]"
        )
    verb.add_argument("--judge", default="mobilenet_v2", help="perceptual network, NAME or NAME:FILE [mobilenet_v2]")
    verb.add_argument("--pairs", type=int, default=200, help="pairs of content and style [200]")
    verb.add_argument("--size", type=int, default=96, help="side of the pictures in pixels [96]")
    verb.add_argument("--seed", type=int, default=0, help="of the draw of the pairs [0]")
    verb.add_argument("--crops", action="store_true", help="cut the squares from larger pictures, as training does")

    verb = _verb(
        verbs, "style-report", commands.style_report_verb, "say how much style moves encoders", encoder="many"
    )
    verb.add_argument("--dataset", default="atelier", help="NAME or NAME:PATH [atelier]")
    verb.add_argument("--size", type=int, help="side of the pictures in pixels")
    verb.add_argument("--network", default="light-adain", help="shipped network or run of style-train [light-adain]")
    verb.add_argument("--pictures", type=int, default=200, help="how many held-out pictures are restyled [200]")
    verb.add_argument("--seed", type=int, default=0, help="of the sample and the draws [0]")

    verb = _verb(verbs, "runs", commands.runs_verb, "list the runs, newest first")
    verb = _verb(verbs, "stop", commands.stop_verb, "end a run after its current step")
    verb.add_argument("run")
    verb = _verb(verbs, "clean", commands.clean_verb, "list what takes room, largest first, and delete some of it")
    verb.add_argument("what", nargs="*", metavar="KIND[/NAME]", help="runs, styles, prepared, embeddings, maps, ...")
    verb.add_argument("--older", type=float, metavar="DAYS", help="only what nobody has touched for so long")
    verb.add_argument("--dry-run", action="store_true", help="say what would be deleted, and delete nothing")

    verb = _verb(verbs, "embed", commands.embed_verb, "turn pictures into vectors", encoder="one", data=True)
    verb.add_argument("--out", help="write the vectors to this .npy file")
    verb.add_argument("--devices", type=int, default=1, help="processes that share the work, by torchrun [1]")

    verb = _verb(verbs, "map", commands.map_verb, "lay the pictures out in 2-D or 3-D", encoder="one", data=True)
    verb.add_argument("--method", default="tsne", choices=list(KNOBS))
    verb.add_argument("--dims", type=int, default=2, choices=[2, 3])
    verb.add_argument("--seed", type=int, default=0)
    verb.add_argument("--out", help="write id, labels and coordinates to this .csv file")
    _knobs(verb)

    verb = _verb(
        verbs, "export", commands.export_verb, "write files that other programs open", encoder="one", data=True
    )
    verb.add_argument("--what", required=True, help="html, parquet, projector or onnx")
    verb.add_argument("--out", required=True, metavar="FILE", help="where it is written; projector: a folder or .zip")
    verb.add_argument("--method", default="tsne", choices=list(KNOBS), help="of the map in html and parquet [tsne]")
    verb.add_argument("--dims", type=int, default=2, choices=[2, 3])
    verb.add_argument("--seed", type=int, default=0)
    _knobs(verb)

    verb = _verb(
        verbs,
        "neighbours",
        commands.neighbours_verb,
        "find the pictures most like yours",
        encoder="one",
        data=True,
    )
    verb.add_argument("images", nargs="+", metavar="IMAGE")
    verb.add_argument("--k", type=int, default=10)

    verb = _verb(
        verbs, "shortcuts", commands.shortcuts_verb, "say what two views leave to be matched without a network"
    )
    verb.add_argument("views", nargs="+", type=_parse, help="recipes, by name or as a list in JSON")
    verb.add_argument("--dataset", default="atelier", help="NAME or NAME:PATH [atelier]")
    verb.add_argument("--size", type=int, help="side of the pictures in pixels")
    verb.add_argument("--pictures", type=int, default=256, help="how many views are told apart [256]")
    verb.add_argument("--seed", type=int, default=0)

    verb = _verb(
        verbs,
        "precision",
        commands.precision_verb,
        "count how many of the nearest pictures are of the same class",
        encoder="many",
        data=True,
    )
    verb.add_argument("--k", type=int, default=5, help="how many neighbours [5]")
    verb.add_argument("--label", action="append", help="label column; default: each")
    verb.add_argument("--where", action="append", default=[], metavar="COLUMN=CLASS", help="only queries of a class")
    verb.add_argument("--held-out", action="store_true", help="look among the queries alone, not in the whole set")

    verb = _verb(
        verbs,
        "report",
        commands.report_verb,
        "read labels from the vectors, class by class",
        encoder="many",
        data=True,
    )
    verb.add_argument(
        "--probe",
        default="linear",
        help="linear, sgd, knn, kmeans or finetune; options follow with colons, several probes with commas: "
        "linear:scale=false,knn:k=30:metric=euclidean [linear]",
    )
    verb.add_argument("--label", help="label column; default: the set's target")
    verb.add_argument("--after-head", action="store_true", help="read what the projection head of a run gives")
    verb.add_argument("--labels-per-class", metavar="K,K,...", help="how well few labels do, such as 1,5,10")
    verb.add_argument("--draws", type=int, default=5, help="choices of labelled pictures for each of them [5]")

    verb = _verb(verbs, "study", commands.study_verb, "carry out a study and hold it against published figures")
    verb.add_argument("name", nargs="?", help="name of the study; without it, all are listed")
    verb.add_argument("--only", action="append", default=[], metavar="FACTOR=LEVEL", help="only cells of this level")
    verb.add_argument("--seeds", type=int, help="the first so many seeds, from 0")
    verb.add_argument("--epochs", type=int, help="fewer or more epochs than written")
    verb.add_argument("--limit", type=int, help="train every cell on at most this many pictures")
    verb.add_argument("--size", type=int, help="side of the pictures in pixels, in place of the one written")
    verb.add_argument("--dataset", help="the cells of this data set; or the set to train all cells on")
    verb.add_argument(
        "--map", action="append", default=[], metavar="NAME=NAME:PATH", help="let one data set stand in for another"
    )
    verb.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="FIELD=VALUE",
        help="another setting of the config for every cell, such as encoder=resnet18",
    )
    verb.add_argument("--devices", type=int, default=1, help="how many GPUs to use, one run on each at a time [1]")
    verb.add_argument("--table", action="store_true", help="only show what was measured so far")
    verb.add_argument("--out", help="write the table to a .csv, .md or .html file; maps and confusions to a .png")

    verb = _verb(verbs, "inside", commands.inside_verb, "list what is registered: data sets, losses, encoders ...")
    verb.add_argument("--all", action="store_true", help="with a sentence and the source of each")
    _verb(verbs, "doctor", commands.doctor_verb, "say what is wrong with this installation")
    return parser


def _verb(verbs: Any, name: str, function: Any, text: str, *, encoder: str = "", data: bool = False) -> Any:
    verb = verbs.add_parser(name, help=text, description=text)
    verb.set_defaults(verb_function=function)
    verb.add_argument("--json", action="store_true", help="print one JSON document")
    if encoder:
        verb.add_argument(
            "encoder",
            metavar="RUN",
            nargs="+" if encoder == "many" else None,
            help="id of a run, or name of a shipped encoder, pixels or untrained",
        )
    if data:
        verb.add_argument("--dataset", help="NAME or NAME:PATH; default: what the encoder was trained on")
        verb.add_argument("--size", type=int, help="side of the pictures in pixels")
        verb.add_argument("--limit", type=int, help="use at most this many pictures (of every split, for report)")
        verb.add_argument("--split", help="train, val, test or all")
    return verb


def _knobs(verb: Any) -> None:
    """A flag for every knob of a map."""
    for name, knob in {n: k for knobs in KNOBS.values() for n, k in knobs.items()}.items():
        verb.add_argument(f"--{name.replace('_', '-')}", type=_parse, help=knob.help)


def _settings(verb: Any, model: type[BaseModel]) -> None:
    """A flag for every field of a config."""
    for name, field in model.model_fields.items():
        default = "" if field.default in (None, "", []) else f" [{field.default}]"
        verb.add_argument(
            f"--{name.replace('_', '-')}",
            dest=f"config_{name}",
            metavar=_metavar(field.annotation),
            type=_parse,
            help=((field.description or "") + default).replace("%", "%%"),
        )


def _metavar(annotation: Any) -> str:
    options = [str(o) for o in get_args(annotation) if isinstance(o, str)]
    return "|".join(options) if options else "VALUE"


def _parse(text: str) -> Any:
    """A flag's text as JSON where it is JSON (numbers, lists), else as it stands."""
    try:
        return json.loads(text)
    except ValueError:
        return text


if __name__ == "__main__":
    sys.exit(main())
