"""Verbs about style: paint a picture, train a network that can, check it, and report how encoders take it."""

import argparse
import sys
from pathlib import Path

from contrastive.commands.progress import Answer, Progress
from contrastive.commands.training import carry_out, given_settings
from contrastive.errors import UserError
from contrastive.style.config import StyleConfig
from contrastive.style.run import StyleRun

KINDS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}


def style_verb(args: argparse.Namespace) -> Answer:
    """Paint one picture in the manner of others and write it to a file."""
    import io

    from contrastive import style
    from contrastive.datasets.decode import open_image
    from contrastive.storage import write_bytes
    from contrastive.style.painting import LARGEST, paint

    out = Path(args.out)
    if out.suffix.lower() not in KINDS:
        raise UserError(f"{out.name} is no kind of picture that can be written.", f"Known: {', '.join(KINDS)}.")
    if not 16 <= args.size <= LARGEST:
        raise UserError(f"A size of {args.size} pixels is out of range.", f"Choose 16 to {LARGEST}.")
    weights = _weights(args.weights, len(args.styles))
    network = style.load(args.network)
    content, *styles = (open_image(Path(name)) for name in (args.content, *args.styles))
    painted = paint(
        network,
        content,
        styles,
        weights=weights,
        alpha=args.alpha,
        size=args.size,
        keep_colours=args.keep_colours,
    )
    buffer = io.BytesIO()
    painted.save(buffer, KINDS[out.suffix.lower()], quality=95)
    write_bytes(out, buffer.getvalue())
    document = {"out": str(out), "width": painted.width, "height": painted.height, "network": args.network}
    return document, f"{out}: {painted.width} x {painted.height} px, painted by {args.network}"


def _weights(text: str | None, styles: int) -> list[float] | None:
    """Numbers with commas between them, one a style; None where nothing was told."""
    if text is None:
        return None
    try:
        found = [float(part) for part in text.split(",")]
    except ValueError as error:
        raise UserError(f"--weights {text!r} cannot be read.", "Write numbers with commas: --weights 2,1.") from error
    if len(found) != styles:
        raise UserError(f"There are {styles} styles and {len(found)} weights.", "Give every style one weight.")
    return found


def style_train_verb(args: argparse.Namespace) -> Answer:
    """Train a style network in this process, writing a run directory with previews."""
    given = given_settings(args)
    for name in ("content", "style"):
        if isinstance(given.get(name), str):
            given[name] = [given[name]]
    if args.resume and args.run and StyleRun.exists(args.run):
        run = StyleRun.open(args.run)
        if clash := [k for k, v in given.items() if getattr(run.config, k) != v]:
            raise UserError(f"{run.id} was made with another {clash[0]}.", "Start a new run to change it.")
    else:
        run = StyleRun.create(StyleConfig.read(given), args.run)
    print(f"run {run.id}; previews in {run.path / 'previews'}", file=sys.stderr)
    return carry_out(run)


def style_report_verb(args: argparse.Namespace) -> Answer:
    """How little restyling moves the vectors of encoders, beside what can be read from them."""
    from dataclasses import asdict

    from contrastive import catalogue, datasets
    from contrastive.style_invariance import measured

    dataset = datasets.load(args.dataset, size=args.size, progress=Progress("pictures"))
    options = {"network": args.network, "pictures": args.pictures, "seed": args.seed}
    found = [measured(catalogue.find(name), dataset, **options, progress=Progress(name)) for name in args.encoder]
    columns = [found[0].content_column or "content", found[0].style_column or "style"]
    rows = [["encoder", "cosine", "95 %", "own picture", "95 %", *columns]]
    for line in found:
        spans = ["{:.3f} - {:.3f}".format(*span) for span in (line.cosine_interval, line.retrieval_interval)]
        read = ["-" if share is None else f"{share:.3f}" for share in (line.content, line.style)]
        rows.append([f"`{line.encoder}`", f"{line.cosine:.3f}", spans[0], f"{line.retrieval:.3f}", spans[1], *read])
    document = {"dataset": dataset.name, **options, "encoders": [asdict(line) for line in found]}
    return document, (
        f"{dataset.name}, {found[0].pictures} pictures restyled by {args.network}, seed {args.seed}\n\n{_table(rows)}"
    )


def style_check_verb(args: argparse.Namespace) -> Answer:
    """How well a style network keeps contents and takes over styles, judged by a network it was not trained with."""
    from dataclasses import asdict

    from contrastive.style.measure import check

    found = check(
        args.network,
        args.content,
        args.style,
        judge=args.judge,
        pairs=args.pairs,
        size=args.size,
        seed=args.seed,
        cropped=args.crops,
        progress=Progress("pictures"),
    )
    ways = [["alpha", "style distance", "content distance"]]
    ways += [[f"{way.alpha:g}", f"{way.style:.3f}", f"{way.content:.3f}"] for way in found.ways]
    kinds = [["picture", "style top-1", "content top-1"]]
    kinds += [[kind.name, f"{kind.style:.3f}", f"{kind.content:.3f}"] for kind in found.kinds]
    return asdict(found), (
        f"{args.network}, {found.pairs} pairs of {args.size} px, judged by {args.judge.partition(':')[0]}, "
        f"seed {args.seed}\n\nalpha 0 reconstructs the content to {found.psnr:.2f} dB.\n\n"
        f"{_table(ways)}\n\n{_table(kinds)}"
    )


def _table(rows: list[list[str]]) -> str:
    """Rows of cells, the first of them the head, as Markdown."""
    lines = [rows[0], ["---"] * len(rows[0]), *rows[1:]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
