"""The still picture of a map: the same dots in SVG and PNG, in their places and colours."""

from __future__ import annotations

import io
from xml.etree import ElementTree

import numpy as np
from PIL import Image

from contrastive.maps.picture import HEIGHT, WIDTH, Drawing, png, svg

POINTS = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 6.0], [0.0, 6.0]])
COLOURS = ["#ff0000", "#00ff00", "#0000ff"]


def drawing(**changes: object) -> Drawing:
    given = {"points": POINTS, "codes": np.array([0, 1, 2, -1]), "classes": ["a<b", "c", "d"], "colours": COLOURS}
    return Drawing(**(given | changes))  # type: ignore[arg-type]


def test_a_png_has_every_dot_in_its_place_and_colour() -> None:
    shown = Image.open(io.BytesIO(png(drawing())))
    places, _ = drawing().places()
    for (x, y), colour in zip(places, [(255, 0, 0), (0, 255, 0), (0, 0, 255), (0x8A, 0x83, 0x79)], strict=True):
        assert shown.getpixel((round(x), round(y))) == colour
    assert places[0][1] > places[3][1], "y points upwards"
    assert (places >= 0).all()
    assert (places <= [WIDTH, HEIGHT]).all()


def test_an_svg_is_well_formed_and_names_classes_and_guests() -> None:
    text = svg(drawing(marked=[(20.0, 3.0, "mine & yours.jpg")]))
    root = ElementTree.fromstring(text)
    words = [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert words == ["mine & yours.jpg", "unlabelled  1", "a<b  1", "c  1", "d  1"]
    assert {"red": text.count('fill="#ff0000"')} == {"red": 2}, "the dots and the legend"


def test_an_order_has_a_scale_in_place_of_classes() -> None:
    root = ElementTree.fromstring(svg(drawing(codes=np.array([0, 1, 2, 0]), scale=("0.1", "0.9", "outlier score"))))
    words = [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert words == ["outlier score", "0.1", "0.9"]
    assert png(drawing(scale=("0.1", "0.9", "outlier score")))


def test_pictures_hang_where_they_do_not_overlap() -> None:
    asked: list[int] = []

    def picture(row: int) -> Image.Image:
        asked.append(row)
        return Image.new("RGB", (8, 8), (1, 2, 3))

    points = np.concatenate([POINTS, POINTS + 0.01])
    shown = Image.open(io.BytesIO(png(drawing(points=points, codes=np.zeros(8, int)), picture)))
    assert len(asked) == 4
    assert {row % 4 for row in asked} == {0, 1, 2, 3}
    place = drawing(points=points).places()[0][asked[0]]
    assert shown.getpixel(tuple(np.round(place).astype(int).tolist())) == (1, 2, 3)
