"""`style` and the studio: any pair of pictures a user may bring, mixes, colours, and what is refused."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from contrastive import style
from contrastive.__main__ import main
from contrastive.errors import UserError
from contrastive.style.painting import LARGEST, as_image, as_tensor, coloured_as, paint

RNG = np.random.default_rng(0)


def picture(width: int = 60, height: int = 40, seed: int = 0) -> Image.Image:
    coarse = np.random.default_rng(seed).integers(0, 256, (5, 5, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)


def files(folder: Path) -> dict[str, Path]:
    """A picture of every kind that makes trouble."""
    kinds = {"cmyk": ("jpg", picture().convert("CMYK")), "grey": ("png", picture().convert("L"))}
    kinds["deep"] = ("png", Image.fromarray(RNG.integers(0, 65536, (40, 60), dtype=np.uint16)))
    clear = picture().convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(clear.size))
    kinds["transparent"] = ("png", clear)
    kinds["palette"] = ("gif", picture().convert("P"))
    kinds["pixel"] = ("png", picture(1, 1))
    kinds["banner"] = ("png", picture(600, 3))
    found = {}
    for name, (kind, image) in kinds.items():
        found[name] = folder / f"{name}.{kind}"
        image.save(found[name])
    found["animated"] = folder / "animated.gif"
    picture().save(found["animated"], save_all=True, append_images=[picture(seed=1), picture(seed=2)])
    return found


def test_every_kind_of_picture_is_painted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manner = tmp_path / "style.png"
    picture(30, 90, seed=5).save(manner)
    for name, file in files(tmp_path).items():
        for pair in ((file, manner), (manner, file)):
            out = tmp_path / "out" / f"{name}.png"
            assert main(["style", *map(str, pair), "--size", "32", "--out", str(out)]) == 0, name
            with Image.open(out) as painted:
                assert (painted.mode, min(painted.size)) == ("RGB", 32)
    capsys.readouterr()
    arguments = ["style", str(manner), str(manner), str(file), "--size", "48", "--out", str(tmp_path / "o.jpg")]
    assert main([*arguments, "--keep-colours", "--network", "light-adain", "--alpha", "0.5", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["width"], said["height"], said["network"]) == (48, 144, "light-adain")


def test_what_cannot_be_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, out = tmp_path / "good.png", str(tmp_path / "out.png")
    picture().save(good)
    buffer = io.BytesIO()
    picture(300, 300).save(buffer, "JPEG")
    for name, content in (
        ("empty.png", b""),
        ("cut.jpg", buffer.getvalue()[:-900]),
        ("lying.png", b"%PDF-1.4 not a picture"),
    ):
        (tmp_path / name).write_bytes(content)
        for pair in ([str(tmp_path / name), str(good)], [str(good), str(tmp_path / name)]):
            assert main(["style", *pair, "--out", out]) == 2
            assert name in capsys.readouterr().err
    for more, sentence in (
        (["--alpha", "2"], "An alpha of 2 is not possible"),
        (["--alpha", "nan"], "An alpha of nan is not possible"),
        (["--size", "4"], "A size of 4 pixels is out of range"),
        (["--size", "5000"], "out of range"),
        (["--out", str(tmp_path / "out.txt")], "no kind of picture that can be written"),
        (["--network", "nothing"], "no style network called 'nothing'"),
    ):
        assert main(["style", str(good), str(good), "--out", out, *more]) == 2
        told = capsys.readouterr().err
        assert sentence in told
        assert told.count("\n") == 1
    assert main(["style", str(tmp_path / "none.png"), str(good), "--out", out]) == 2
    assert not Path(out).exists()


def test_a_mix_is_by_weight_and_a_weight_of_one_is_the_style_alone() -> None:
    network, content = style.load("light-adaconv"), picture()
    one, other = picture(seed=1), picture(seed=2)

    def painted(styles: list[Image.Image], **options: object) -> np.ndarray:
        return np.asarray(paint(network, content, styles, size=32, **options), dtype=int)

    alone = painted([one])
    assert np.array_equal(painted([one, other], weights=[3.0, 0.0]), alone)
    assert np.array_equal(painted([one, one]), alone)
    mixed = painted([one, other], weights=[2.0, 2.0])
    assert np.array_equal(mixed, painted([one, other]))
    assert np.abs(mixed - alone).mean() > 1
    for weights in ([], [1.0], [0.0, 0.0], [-1.0, 2.0], [float("nan"), 1.0], [float("inf"), 1.0]):
        with pytest.raises(UserError, match="weight of 0 or more"):
            paint(network, content, [one, other], weights=weights)
    with pytest.raises(UserError, match="weight of 0 or more"):
        paint(network, content, [])


def test_the_command_line_mixes_by_weight(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = [str(tmp_path / f"{number}.png") for number in range(5)]
    for number, name in enumerate(names):
        picture(48, 48, seed=number).save(name)
    out = tmp_path / "out.png"
    for count, weights in ((2, "3,1"), (3, "1,0,2"), (4, "1,1,1,0.5")):
        given = ["style", *names[: count + 1], "--weights", weights, "--size", "32", "--out", str(out)]
        assert main(given) == 0
        styles = [picture(48, 48, seed=number) for number in range(1, count + 1)]
        shares = [float(weight) for weight in weights.split(",")]
        expected = paint(style.load("light-adaconv"), picture(48, 48), styles, weights=shares, size=32)
        with Image.open(out) as painted:
            assert np.array_equal(np.asarray(painted), np.asarray(expected))
    out.unlink()
    for weights, said in (
        ("1", "2 styles and 1 weights"),
        ("a,b", "cannot be read"),
        ("0,0", "A mix needs a weight"),
    ):
        capsys.readouterr()
        assert main(["style", *names[:3], "--weights", weights, "--out", str(out)]) == 2
        assert said in capsys.readouterr().err
    assert not out.exists()


def test_kept_colours_change_only_light_and_dark() -> None:
    content, painted = torch.full((1, 3, 4, 4), 0.5), torch.rand(1, 3, 4, 4) * 0.2 + 0.4
    made = coloured_as(painted, content)
    luma = torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)
    torch.testing.assert_close((made * luma).sum(1), (painted * luma).sum(1), atol=1e-5, rtol=0)
    torch.testing.assert_close(made - made.mean(1, keepdim=True), content - 0.5, atol=1e-5, rtol=0)


@pytest.mark.parametrize(("width", "height"), [(60, 40), (1, 1), (3, 2000), (4000, 30), (5000, 4000)])
def test_sizes_stay_within_bounds(width: int, height: int) -> None:
    x = as_tensor(Image.new("RGB", (width, height)), 256)
    assert max(x.shape[2:]) <= LARGEST
    assert max(x.shape[2:]) <= 4 * min(x.shape[2:]) + 4
    assert min(x.shape[2:]) == 256
    assert as_image(x).size == (x.shape[3], x.shape[2])
