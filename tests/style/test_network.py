"""Style networks: alpha, batches, and pictures of every shape; the networks that are shipped."""

import pytest
import torch
from torch import Tensor

from contrastive import style
from contrastive.style.network import Design, StyleNetwork

SHIPPED = ["light-adaconv", "light-adain"]


def pictures(*shape: int, seed: int = 0) -> Tensor:
    coarse = torch.rand(shape[0], shape[1], 6, 6, generator=torch.Generator().manual_seed(seed))
    return torch.nn.functional.interpolate(coarse, shape[2:], mode="bicubic").clamp(0, 1)


def test_the_shipped_networks_are_known() -> None:
    assert style.shipped() == SHIPPED
    assert set(SHIPPED) <= set(style.names())


@pytest.mark.parametrize("name", SHIPPED)
@torch.inference_mode()
def test_alpha_leads_from_the_picture_itself_to_the_style(name: str) -> None:
    network = style.load(name)
    content, one, other = (pictures(2, 3, 48, 48, seed=seed) for seed in range(3))
    own = network(content, one, alpha=0)
    torch.testing.assert_close(own, network(content, other, alpha=0), atol=1e-5, rtol=0)
    torch.testing.assert_close(own, network(content, content), atol=1e-5, rtol=0)
    assert (network(content, one) - network(content, other)).abs().mean() > 0.02
    half = network(content, one, alpha=torch.tensor([0.5, 1.0]))
    torch.testing.assert_close(half[1:], network(content, one)[1:], atol=1e-5, rtol=0)
    codes = network.code(content), network.code(one)
    mixed = network.restyle(content, 0.5 * codes[0] + 0.5 * codes[1])
    torch.testing.assert_close(half[:1], mixed[:1], atol=1e-4, rtol=0)


@pytest.mark.parametrize("name", SHIPPED)
@torch.inference_mode()
def test_a_picture_alone_is_what_it_is_in_a_batch(name: str) -> None:
    network = style.load(name)
    content, manner = pictures(7, 3, 64, 64), pictures(7, 3, 64, 64, seed=1)
    batch = network(content, manner)
    alone = torch.cat([network(x[None], y[None]) for x, y in zip(content, manner, strict=True)])
    torch.testing.assert_close(batch, alone, atol=1e-4, rtol=0)
    one_style = torch.cat([network(x[None], manner[:1]) for x in content])
    torch.testing.assert_close(network(content, manner[:1]), one_style, atol=1e-4, rtol=0)


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize(
    "shape", [(1, 1), (5, 300), (300, 5), (17, 33), (64, 31), (15, 16), (300, 400)], ids=lambda s: f"{s[0]}x{s[1]}"
)
@torch.inference_mode()
def test_every_shape_comes_back_as_it_was(name: str, shape: tuple[int, int]) -> None:
    network = style.load(name)
    painted = network(pictures(1, 3, *shape), pictures(1, 3, 40, 23, seed=1))
    assert painted.shape == (1, 3, *shape)
    assert 0 <= painted.min() <= painted.max() <= 1


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("level", [0.0, 0.5, 1.0])
@torch.inference_mode()
def test_flat_and_grey_pictures_are_painted(name: str, level: float) -> None:
    network, flat = style.load(name), torch.full((1, 3, 32, 32), level)
    grey = pictures(1, 1, 32, 32).expand(-1, 3, -1, -1)
    for content, manner in ((flat, flat), (flat, grey), (grey, flat)):
        painted = network(content, manner)
        assert 0 <= painted.min() <= painted.max() <= 1
    torch.testing.assert_close(network(flat, flat).mean(), torch.tensor(level), atol=0.15, rtol=0)


@pytest.mark.parametrize("transfer", ["adain", "adaconv"])
def test_gradients_reach_every_weight(transfer: str) -> None:
    torch.manual_seed(0)
    network = StyleNetwork(Design(transfer=transfer, widths=(4, 8, 16, 16), code=16, style=8))
    network(pictures(2, 3, 32, 32), pictures(2, 3, 32, 32, seed=1)).square().sum().backward()
    for key, parameter in network.named_parameters():
        assert parameter.grad is not None, key
        assert torch.isfinite(parameter.grad).all(), key


def test_a_hash_tells_networks_apart() -> None:
    torch.manual_seed(0)
    small = Design(widths=(4, 8, 8, 8), code=8, style=4)
    one, other = StyleNetwork(small), StyleNetwork(small)
    assert one.hash() != other.hash()
    other.load_state_dict(one.state_dict())
    assert one.hash() == other.hash()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU")
@pytest.mark.parametrize("name", SHIPPED)
@torch.inference_mode()
def test_a_gpu_paints_what_a_processor_paints(name: str) -> None:
    content, manner = pictures(3, 3, 96, 96), pictures(3, 3, 96, 96, seed=1)
    there = style.load(name, device="cuda")(content.cuda(), manner.cuda()).cpu()
    # TF32 rounds the products of a GPU's convolutions.
    torch.testing.assert_close(there, style.load(name)(content, manner), atol=1e-2, rtol=0)
