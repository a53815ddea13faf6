"""Each loss as a formula with named terms, and what it comes to for one anchor; MathML, which browsers set.

A term is `data-term` on a part of a formula: the stage lights the cells it is made of, and the other way round.
"""

import math
import re

from contrastive.microscope import Seen

TERMS = {
    "pos": "positives: pulled together",
    "neg": "negatives: pushed apart",
    "mean": "mean over the anchors: the bars",
}

LETTERS = {
    "nt_xent": "m views are anchors i; j is the other view of the same picture, N are all views of other pictures; "
    "s is the cosine similarity, t the temperature.",
    "sup_con": "m views are anchors i; P are the views of the same class, N all others; s is the cosine similarity, "
    "t the temperature.",
    "debiased": "m views are anchors i; j is the other view of the same picture, k runs over the N views of other "
    "pictures; s is the cosine similarity, t the temperature, c the class prior.",
    "pairwise_cosine": "n pairs of an anchor i and another view j; s is the cosine similarity.",
    "pairwise_margin": "n pairs of an anchor i and another view j; D is the distance of the two, at unit length.",
    "triplet": "n triplets of an anchor i, a positive p and a negative k; D is the distance of two, at unit length.",
}


def _set(text: str) -> str:
    """`1 − c` -> numbers, letters and signs in MathML; a word of several letters stands upright."""
    kinds = {"digit": "mn", "letter": "mi", "sign": "mo"}
    found = re.finditer(r"(?P<digit>\d+)|(?P<letter>[^\W\d]+)|(?P<sign>\S)", text)
    return "".join(f"<{kinds[hit.lastgroup or '']}>{hit[0]}</{kinds[hit.lastgroup or '']}>" for hit in found)


def _row(*parts: str) -> str:
    return f"<mrow>{''.join(parts)}</mrow>"


def _term(name: str, *parts: str) -> str:
    return f'<mrow data-term="{name}">{"".join(parts)}</mrow>'


def _over(above: str, below: str) -> str:
    return f"<mfrac>{_row(above)}{_row(below)}</mfrac>"


def _sum(over: str) -> str:
    return f'<munder><mo movablelimits="false">∑</mo>{_row(_set(over))}</munder>'


def _raised(base: str, power: str) -> str:
    return f"<msup>{_row(base)}{_row(power)}</msup>"


def _of(letter: str, other: str) -> str:
    return f"<msub>{_set(letter)}{_row(_set('i ' + other))}</msub>"


def _exp(other: str) -> str:
    return _raised(_set("e"), _of("s", other) + _set("/ t"))


def _most(inside: str) -> str:
    return _row(_set("max ( 0 ,"), inside, _set(")"))


def _mean(number: str, over: str) -> str:
    return _set("L =") + _term("mean", _over(_set("1"), _set(number)), _sum(over))


def _cases(like: str, unlike: str) -> str:
    said = {"pos": (like, "positive pair"), "neg": (unlike, "negative pair")}
    rows = "".join(
        f"<mtr><mtd>{_term(name, cost)}</mtd><mtd><mspace width='1em'/><mtext>{words}</mtext></mtd></mtr>"
        for name, (cost, words) in said.items()
    )
    return _mean("n", "( i , j )") + _row(_set("{"), f"<mtable>{rows}</mtable>")


_LOG = _set("−") + _set("log") + "<mspace width='0.2em'/>"
_HALF = _over(_set("1"), _set("2"))
_POSITIVE = _term("pos", _exp("j"))
_NEGATIVES = _term("neg", _sum("k ∈ N"), _exp("k"))
_MEAN_NEGATIVE = _term("neg", _row("<munder><mi>mean</mi><mi>k</mi></munder>", "<mspace width='0.2em'/>", _exp("k")))
_TRUE_NEGATIVES = _over(_MEAN_NEGATIVE + _set("− c") + _POSITIVE, _set("1 − c"))

FORMULAS = {
    "nt_xent": _mean("m", "i") + _LOG + _over(_POSITIVE, _POSITIVE + _set("+") + _NEGATIVES),
    "sup_con": _mean("m", "i")
    + _over(_set("1"), _set("| P |"))
    + _sum("p ∈ P")
    + _LOG
    + _over(_term("pos", _exp("p")), _term("pos", _sum("q ∈ P"), _exp("q")) + _set("+") + _NEGATIVES),
    "debiased": _mean("m", "i")
    + _LOG
    + _over(
        _POSITIVE,
        _POSITIVE
        + _set("+ N")
        + _row(_set("max ("), _TRUE_NEGATIVES, _set(","), _raised(_set("e"), _set("− 1 / t")), _set(")")),
    ),
    "pairwise_cosine": _cases(_set("1 −") + _of("s", "j"), _most(_of("s", "j") + _set("− margin"))),
    "pairwise_margin": _cases(
        _HALF + _raised(_of("D", "j"), _set("2")), _HALF + _raised(_most(_set("margin −") + _of("D", "j")), _set("2"))
    ),
    "triplet": _mean("n", "( i , p , k )")
    + _most(_term("pos", _of("D", "p")) + _set("−") + _term("neg", _of("D", "k")) + _set("+ margin")),
}


def formula(kind: str) -> str:
    """The loss as MathML."""
    return f'<math display="block">{FORMULAS[kind]}</math>'


def worked(kind: str, seen: Seen) -> list[str]:
    """The same with the numbers of each anchor, (m,) lines of HTML."""
    lines = []
    for i, loss in enumerate(seen.per_anchor):
        terms = {name: float(values[i]) for name, values in seen.terms.items()}
        line = _line(kind, terms, positives=int(seen.positives[i].sum()))
        lines.append(f"{line} = <b>{_number(float(loss))}</b>")
    return lines


def _line(kind: str, term: dict[str, float], positives: int) -> str:
    if kind == "triplet":
        near = f"{term['active']:.0f} of {term['of']:.0f} triplets not yet apart by the margin"
        return f"{near}: {_number(term['sum'])} / {_number(term['count'])}"
    pull, push = _part("pos", term["pos"]), _part("neg", term["neg"])
    if kind in ("pairwise_cosine", "pairwise_margin"):
        return f"({pull} + {push}) / {_number(term['count'])}"
    if kind == "debiased":
        floor = " (the least possible)" if term["floor"] else ""
        return f"−log( {pull} / ({pull} + {term['count']:.0f} · {_part('neg', term['rest'])}{floor}) )"
    if positives == 1:
        return f"−log( {pull} / ({pull} + {push}) )"
    return f"log( {pull} + {push} ) − {_part('pos', term['mean'])}"


def _part(name: str, value: float) -> str:
    return f'<span data-term="{name}">{_number(value)}</span>'


def _number(value: float) -> str:
    """Three figures, with a power of ten where one would otherwise count zeros."""
    size = abs(value)
    if size and not 1e-3 <= size < 1e4:
        power = math.floor(math.log10(size))
        shown = f"{value / 10**power:.1f} · 10<sup>{power}</sup>"
    else:
        shown = f"{value:.0f}" if size >= 1000 else f"{value:.3g}"
    return shown.replace("-", "−")
