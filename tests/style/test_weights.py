"""Style networks on disk: they come back as they were, foreign files are one sentence, and cards are true."""

import hashlib
import json
import re
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from contrastive import style
from contrastive.errors import UserError
from contrastive.storage import pretrained_dir
from contrastive.style.network import Design, StyleNetwork
from contrastive.style.weights import load_network, save_network

SMALL = Design(transfer="adaconv", widths=(4, 8, 8, 16), code=8, style=4)


@pytest.mark.parametrize("transfer", ["adain", "adaconv"])
@pytest.mark.parametrize("half", [False, True])
@torch.inference_mode()
def test_a_network_comes_back_as_it_was(transfer: str, half: bool, tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = StyleNetwork(Design(transfer=transfer, widths=(4, 8, 8, 16), code=8, style=4)).eval()
    save_network(network, tmp_path / "n.safetensors", half=half)
    again = load_network(tmp_path / "n.safetensors")
    assert again.design == network.design
    assert not again.training
    x, y = torch.rand(2, 2, 3, 32, 32)
    torch.testing.assert_close(again(x, y), network(x, y), atol=2e-3 if half else 0, rtol=0)
    assert (again.hash() == network.hash()) is not half


def test_foreign_damaged_and_mismatching_files_are_one_sentence(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.safetensors", tmp_path / "bad.safetensors"
    save_network(StyleNetwork(SMALL), good)
    state, said = load_file(good), json.dumps(StyleNetwork(SMALL).describe())
    with pytest.raises(UserError, match="no style weights"):
        load_network(tmp_path / "none.safetensors")
    for content in (b"", b"not weights at all", good.read_bytes()[:-100]):
        bad.write_bytes(content)
        with pytest.raises(UserError, match="not a readable safetensors file"):
            load_network(bad)
    save_file(state, bad)
    with pytest.raises(UserError, match="holds no style network"):
        load_network(bad)
    some = dict(list(state.items())[1:])
    for changed in (some, {**state, "more": torch.ones(1)}, {**state, "norm.weight": torch.ones(3)}):
        save_file(changed, bad, metadata={"style": said})
        with pytest.raises(UserError, match="do not fit their own description"):
            load_network(bad)
    for design in ('"words"', '{"widths": [4, 8, 8, 16], "colour": 1}', '{"transfer": "adain"}', "{"):
        save_file(state, bad, metadata={"style": design})
        with pytest.raises(UserError, match=r"bad\.safetensors"):
            load_network(bad)
    with pytest.raises(UserError, match="no style network called 'nothing'"):
        style.load("nothing")


def test_a_vgg_network_leaves_the_vgg_out(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = StyleNetwork(Design(encoder="vgg19", code=8), vgg=None).eval()
    with torch.inference_mode():
        x = torch.rand(1, 3, 33, 40)
        assert [tuple(m.shape[1:]) for m in network.encoder(x)] == [
            (64, 33, 40),
            (128, 17, 20),
            (256, 9, 10),
            (512, 5, 5),
        ]
        assert network(x, torch.rand(1, 3, 32, 32)).shape == x.shape
    save_network(network, tmp_path / "n.safetensors")
    state = load_file(tmp_path / "n.safetensors")
    assert not [key for key in state if key.startswith("encoder.")]
    assert {key for key in network.state_dict() if not key.startswith("encoder.")} == set(state)
    assert not any(parameter.requires_grad for parameter in network.encoder.parameters())


def test_the_cards_are_true_and_everything_is_small() -> None:
    total = 0
    for name in style.shipped():
        file, card = pretrained_dir() / name / style.FILE, style.card(name)
        total += file.stat().st_size
        assert hashlib.sha256(file.read_bytes()).hexdigest() == card["sha256"]
        assert {"data", "command", "steps", "config", "seed", "last_round"} <= card.keys()
        assert card["command"].startswith("python -m contrastive style-train")
        assert card["steps"] == card["config"]["steps"]
        assert sum(p.numel() for p in style.load(name).parameters()) == card["parameters"]
        # No path of the machine that made it: a slash or backslash that starts a word, or a drive.
        assert not re.search(r"(^|[\s\"':=\[])(/|~|\\|[A-Za-z]:\\)\w", json.dumps(card)), name
        assert style.load(name).design.encoder == "light"
        assert {value.dtype for value in load_file(file).values()} == {torch.float16}
    assert total <= 10e6


def test_what_is_shipped_holds_nothing_of_the_networks_that_judged(real: Path) -> None:
    published = {}
    for file in sorted((real / "weights").glob("*.pth")):
        published |= {
            (tuple(value.shape), value.half().sum().item()): value
            for value in torch.load(file, weights_only=True).values()
            if value.numel() > 64
        }
    assert len(published) > 100
    for name in style.shipped():
        for key, value in load_file(pretrained_dir() / name / style.FILE).items():
            twin = published.get((tuple(value.shape), value.sum().item()))
            assert twin is None or not torch.equal(twin.half(), value), key
