"""How good a style network is: does it keep the content, does it take over the style, what does alpha do.

The judge should be a network the training did not use. Style is told by the means and deviations of its style layers,
content by its instance-normalised content layer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from contrastive import datasets, style
from contrastive.errors import UserError
from contrastive.style.losses import SMALL, content_loss, moments_loss
from contrastive.style.network import StyleNetwork
from contrastive.style.perceptual import Perceptual
from contrastive.style.restyling import coloured
from contrastive.style.statistics import adain, moments, normalised
from contrastive.style.train import CONTENT_MARGIN, STYLE_MARGIN

ALPHAS = (0.0, 0.25, 0.5, 0.75, 1.0)
AT_ONCE = 20
Progress = Callable[[int, int], object]


@dataclass(frozen=True)
class Way:
    """What an alpha makes of the pairs: mean distance to the style, and to the content, as the losses have them."""

    alpha: float
    style: float
    content: float


@dataclass(frozen=True)
class Kind:
    """Share of pictures of one kind whose nearest style, and nearest content, of all pairs is their own."""

    name: str
    style: float
    content: float


@dataclass(frozen=True)
class Check:
    """psnr: mean over pictures of what alpha 0 makes of a content, in dB to the content."""

    network: str
    pairs: int
    psnr: float
    ways: list[Way]
    kinds: list[Kind]


def check(
    network: str,
    content: Sequence[str],
    manner: Sequence[str],
    *,
    judge: str = "mobilenet_v2",
    pairs: int = 200,
    size: int = 96,
    seed: int = 0,
    cropped: bool = False,
    progress: Progress | None = None,
) -> Check:
    """Measure a style network by name on pairs of held-out pictures of data sets (an equal share of each), by `seed`.

    `cropped`: the middle of larger pictures, at the scales of training, in place of whole pictures.
    `judge` as `Perceptual` takes it. Raises UserError for unknown names, judges without weights, and fewer pictures
    than pairs.
    """
    if pairs < 2 or not 16 <= size <= 512:
        raise UserError("A check needs at least 2 pairs, of 16 to 512 pixels.")
    painter, seeing = style.load(network), Perceptual(judge)
    generator = torch.Generator().manual_seed(seed)
    margins = (CONTENT_MARGIN, STYLE_MARGIN) if cropped else (1.0, 1.0)
    contents, styles = (
        middle(drawn(names, pairs, round(size * margin), generator), size)
        for names, margin in zip((content, manner), margins, strict=True)
    )
    return compared(network, painter, seeing, contents, styles, progress)


@torch.inference_mode()
def compared(
    name: str,
    network: StyleNetwork,
    judge: Perceptual,
    contents: Tensor,
    styles: Tensor,
    progress: Progress | None = None,
) -> Check:
    """The check of a network on pairs: contents and styles (n, 3, s, s) in 0..1."""
    wanted = [judge(part) for part in styles.split(AT_ONCE)]
    shown = [judge(part) for part in contents.split(AT_ONCE)]
    manners = torch.cat([described(taps) for taps, _ in wanted])
    maps = torch.cat([normalised(heard).flatten(1) for _, heard in shown])
    widths = [2 * tap.shape[1] for tap in wanted[0][0]]
    ways, kinds, signal = [], [], torch.zeros(())

    def measured(pictures: list[Tensor]) -> tuple[Way, Kind]:
        seen = [judge(part) for part in pictures]
        weights = torch.tensor([len(part) for part in pictures]) / len(contents)
        far = [
            [
                sum((moments_loss(a, b) for a, b in zip(taps, taps_wanted, strict=True)), torch.zeros(()))
                / len(taps),
                content_loss(heard, own),
            ]
            for (taps, heard), (taps_wanted, _), (_, own) in zip(seen, wanted, shown, strict=True)
        ]
        to_style, to_content = (weights @ torch.tensor(far)).tolist()
        near = nearest(torch.cat([described(taps) for taps, _ in seen]), manners, widths)
        same = torch.cdist(torch.cat([normalised(heard).flatten(1) for _, heard in seen]), maps).argmin(1)
        own = torch.arange(len(contents))
        shares = [float((found == own).float().mean()) for found in (near, same)]
        return Way(0.0, to_style, to_content), Kind("", *shares)

    pieces = list(zip(contents.split(AT_ONCE), styles.split(AT_ONCE), strict=True))
    for number, alpha in enumerate(ALPHAS):
        painted = [network(x, y, alpha=alpha) for x, y in pieces]
        way, kind = measured(painted)
        ways.append(Way(alpha, way.style, way.content))
        if alpha == 0:
            signal = psnr(torch.cat(painted), contents).mean()
        if progress:
            progress((number + 1) * len(contents), len(ALPHAS) * len(contents))
    kinds.append(Kind("restyled", kind.style, kind.content))
    for title, pictures in (
        ("colour transfer alone", [recoloured(x, y) for x, y in pieces]),
        ("unchanged", [x for x, _ in pieces]),
    ):
        _, kind = measured(pictures)
        kinds.append(Kind(title, kind.style, kind.content))
    return Check(name, len(contents), float(signal), ways, kinds)


def drawn(names: Sequence[str], count: int, size: int, generator: torch.Generator) -> Tensor:
    """`count` different pictures (count, 3, size, size) in 0..1 of several data sets, in random order.

    They are of the test split, or of the validation split, or of all, whichever a data set has first. Each has an
    equal share, as far as its pictures go.
    """
    parts: list[Tensor] = []
    wholes = [datasets.load(name, size=size) for name in names]
    held = [
        next(rows for split in ("test", "val", "all") if len(rows := whole.rows(split)) or split == "all")
        for whole in wholes
    ]
    # The smallest first: what it lacks is taken from the others.
    for place, (whole, rows) in enumerate(sorted(zip(wholes, held, strict=True), key=lambda pair: len(pair[1]))):
        share = -(-(count - sum(map(len, parts))) // (len(names) - place))
        chosen = torch.randperm(len(rows), generator=generator)[:share]
        parts.append(coloured(whole.subset(rows[chosen.numpy()]).images))
    together = torch.cat(parts)
    if len(together) < count:
        raise UserError(f"There are {len(together)} held-out pictures, not {count}.", "Ask for fewer pairs.")
    return together[torch.randperm(count, generator=generator)]


def middle(pictures: Tensor, side: int) -> Tensor:
    """The middle square of `side` pixels of pictures (n, c, s, s)."""
    edge = (pictures.shape[-1] - side) // 2
    return pictures[..., edge : edge + side, edge : edge + side]


def described(taps: list[Tensor]) -> Tensor:
    """Maps (n, c, h, w) of several layers -> their means and deviations, (n, 2 * all channels)."""
    return torch.cat([part.flatten(1) for tap in taps for part in moments(tap)], 1)


def nearest(own: Tensor, candidates: Tensor, widths: list[int]) -> Tensor:
    """For each of own (n, k) the nearest of candidates (m, k): (n,) rows, by the distance `moments_loss` has.

    `widths`: numbers of each layer, means and deviations, as `described` puts them one behind the other.
    """
    halves = [width // 2 for width in widths for _ in range(2)]
    table = torch.zeros(len(own), len(candidates))
    for mine, theirs in zip(own.split(halves, 1), candidates.split(halves, 1), strict=True):
        energy = theirs.square().sum(1)
        table += torch.cdist(mine, theirs).square() / (energy + SMALL)
    return table.argmin(1)


def psnr(x: Tensor, wanted: Tensor) -> Tensor:
    """Peak signal-to-noise ratio in dB of pictures (n, c, h, w) in 0..1: (n,)."""
    return -10 * (x - wanted).square().flatten(1).mean(1).clamp(min=1e-12).log10()


def recoloured(content: Tensor, style: Tensor) -> Tensor:
    """Colour transfer alone: contents (n, 3, h, w) with mean and deviation of red, green and blue of the styles."""
    return adain(content, *moments(style)).clamp(0, 1)
