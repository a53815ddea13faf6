"""The quick copy of an encoder: which networks have one, that it is near, and not taken where it is not."""

import numpy as np
import pytest
import torch

from contrastive import catalogue, datasets, encoders, quick
from contrastive.embed import encode
from contrastive.encoders import Encoder
from contrastive.neighbours import Index

WHOLE = ["tiny", "slim", "pami", "resnet18", "squeezenet1_0", "mobilenet_v2"]


@pytest.fixture(scope="module")
def images() -> torch.Tensor:
    return datasets.load("digits", size=32).images[:400]


def trained(kind: str, images: torch.Tensor) -> Encoder:
    """With statistics of its own; random weights otherwise."""
    torch.manual_seed(0)
    encoder = encoders.build(kind, channels=1, size=32)
    with torch.no_grad():
        encoder(images[:64].float() / 255)
    return encoder.eval()


@pytest.mark.parametrize("kind", WHOLE)
def test_every_network_of_convolutions_has_a_near_copy_in_bfloat16(kind: str, images: torch.Tensor) -> None:
    encoder = trained(kind, images)
    before = encoder.hash()
    x = images[:64].float() / 255
    with torch.inference_mode():
        true, plain = encoder(x), quick.folded(encoder)
        assert quick._convolves(plain)
        short = quick.halved(plain)(x)
    assert short.dtype == torch.float32
    assert torch.nn.functional.cosine_similarity(short, true).min() > 0.999
    assert encoder.hash() == before
    assert all(p.dtype == torch.float32 for p in plain.parameters()), "the folded copy is left as it was"


@pytest.mark.skipif(not quick.has_bfloat16(), reason="this processor has no bfloat16")
def test_large_sets_take_it_and_small_ones_do_not() -> None:
    images = datasets.load("digits").images
    encoder = catalogue.find("digits-tiny").load(datasets.load("digits"))
    exact, large = encode(encoder, images), encode(encoder, images, of=quick.MANY)
    assert np.abs(large - exact).max() > 0
    cosines = (large * exact).sum(1) / np.linalg.norm(large, axis=1) / np.linalg.norm(exact, axis=1)
    assert cosines.min() >= 0.9999
    near = [Index(v).search(v, 10, exclude=np.arange(len(v)))[1] for v in (large, exact)]
    assert np.mean([len(set(a) & set(b)) / 10 for a, b in zip(*near, strict=True)]) >= 0.99
    # A copy of a picture is alike wherever it stands: in the first batch, which proves the network, and in the last.
    again = encode(encoder, torch.cat([images, images[:3]]), of=quick.MANY)
    np.testing.assert_allclose(again[-3:], large[:3], atol=1e-5)


def test_what_is_not_near_is_not_taken(images: torch.Tensor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quick, "has_bfloat16", lambda: True)
    encoder = trained("tiny", images)
    x = images[:64].float() / 255
    with torch.inference_mode():
        monkeypatch.setattr(quick, "NOISE", 0.0)
        copy, vectors = quick.quick(encoder, x, many=True)
        assert not any(isinstance(module, quick.Half) for module in copy.modules())
        torch.testing.assert_close(vectors, encoder(x))
        # Where all pictures are the same there is nothing that noise could be small against.
        monkeypatch.undo()
        alike, _ = quick.quick(encoder, x[:1].expand(64, -1, -1, -1), many=True)
        assert not any(isinstance(module, quick.Half) for module in alike.modules())
        monkeypatch.setattr(quick, "CLOSE", 1.1)
        assert quick.quick(encoder, x, many=True)[0] is encoder


def test_only_usual_convolutions_are_shortened() -> None:
    odd = torch.nn.Sequential(torch.nn.Conv2d(1, 4, 3, padding=1, padding_mode="reflect"))
    mixed = torch.nn.Sequential(torch.nn.Conv2d(1, 4, 3), torch.nn.GroupNorm(2, 4))
    for body in (odd, mixed, torch.nn.Identity()):
        assert not quick._convolves(Encoder("odd", body, dim=4, channels=1, size=8))
