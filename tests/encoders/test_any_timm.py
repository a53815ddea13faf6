"""Models of timm: the same numbers as timm's own, maps of their features, weights that come back."""

from pathlib import Path

import pytest
import timm
import torch
from safetensors.torch import save_file

from contrastive import encoders
from contrastive.encoders.any_timm import any_timm
from contrastive.errors import UserError
from contrastive.storage import data_dir

VIT, CONVNEXT, EFFICIENTNET = "test_vit.r160_in1k", "test_convnext.r160_in1k", "test_efficientnet.r160_in1k"


@pytest.mark.parametrize(
    ("name", "grid"), [(VIT, 6), (CONVNEXT, 3), (EFFICIENTNET, 3), ("test_mambaout", 3), ("test_vit3.r160_in1k", 6)]
)
def test_h_is_what_timm_gives(name: str, grid: int) -> None:
    encoder = encoders.build(f"timm:{name}", size=96).eval()
    vit = "vit" in name
    own = timm.create_model(name, num_classes=0, **({"dynamic_img_size": True} if vit else {})).eval()
    own.load_state_dict(encoder.body.state_dict())
    x = torch.rand(2, 3, 96, 96)
    mean, std = (torch.tensor(own.pretrained_cfg[key]).view(3, 1, 1) for key in ("mean", "std"))
    with torch.no_grad():
        features = own.forward_features((x - mean) / std)
        h, positions = encoder(x), encoder.feature_map(x)
    torch.testing.assert_close(h, own.forward_head(features, pre_logits=True))
    assert h.shape == (2, encoder.dim)
    assert positions.shape[2:] == (grid, grid)
    if vit:
        # The patch in row 1, column 2, behind the class token.
        torch.testing.assert_close(positions[:, :, 1, 2], features[:, 1 + 6 + 2])


@pytest.mark.parametrize("size", [28, 96, 160])
def test_vision_transformers_take_any_size(size: int) -> None:
    encoder = encoders.build(f"timm:{VIT}", channels=1, size=size).eval()
    x = torch.rand(2, 1, size, size)
    assert encoder(x).shape == (2, encoder.dim)
    assert encoder.feature_map(x).shape[2:] == (-(-size // 16),) * 2


def test_models_of_a_fixed_size_are_built_for_it() -> None:
    """Swin is told the size instead, and puts its channels last."""
    encoder = encoders.build("timm:swin_tiny_patch4_window7_224", size=64).eval()
    x = torch.rand(1, 3, 64, 64)
    torch.testing.assert_close(encoder.feature_map(x).mean((2, 3)), encoder(x))


def test_saved_weights_come_back(tmp_path: Path) -> None:
    encoder = encoders.build(f"timm:{VIT}", size=48).eval()
    encoders.save_encoder(encoder, tmp_path / "a.safetensors")
    again = encoders.load_encoder(tmp_path / "a.safetensors")
    x = torch.rand(2, 3, 48, 48)
    assert again.hash() == encoder.hash()
    assert torch.equal(again(x), encoder(x))


def test_the_last_block_is_a_block() -> None:
    for name, inside, before in (
        (VIT, "blocks.5.mlp.fc1.weight", "blocks.4.mlp.fc1.weight"),
        (CONVNEXT, "stages.3.blocks.0.conv_dw.weight", "stages.2.blocks.0.conv_dw.weight"),
        ("mobilenetv3_small_050", "blocks.5.0.conv.weight", "blocks.4.0.conv_pw.weight"),
    ):
        encoder = encoders.build(f"timm:{name}", size=64)
        encoder.freeze("all-but-last")
        learning = {key for key, p in encoder.body.named_parameters() if p.requires_grad}
        assert inside in learning
        assert before not in learning


def test_published_weights_are_read_from_their_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A ViT's positions are brought to the size it is built for, as timm does."""
    monkeypatch.setenv("CONTRASTIVE_DATA", str(tmp_path))
    torch.manual_seed(3)
    source = timm.create_model(VIT)
    place = data_dir() / "downloads" / f"{VIT}.safetensors"
    place.parent.mkdir()
    save_file(source.state_dict(), place)
    encoder = encoders.build(f"timm:{VIT}", size=96, pretrained=True).eval()
    own = timm.create_model(VIT, dynamic_img_size=True).eval()
    own.load_state_dict(source.state_dict())
    x = torch.rand(2, 3, 96, 96)
    torch.testing.assert_close(encoder(x), own.forward_head(own.forward_features(x * 2 - 1), pre_logits=True))
    with pytest.raises(UserError, match="does not fit"):
        any_timm(f"timm:{CONVNEXT}", 3, 96, weights=place)


def test_without_published_weights() -> None:
    with pytest.raises(UserError, match="no weights for test_mambaout"):
        encoders.build("timm:test_mambaout", size=96, pretrained=True)
