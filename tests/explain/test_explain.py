"""explain: maps sum to the cosine, blanking and fresh weights can prove them wrong, every family of nets has one."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from contrastive import catalogue, datasets, encoders, explain
from contrastive.encoders.pixels import pixels
from contrastive.errors import UserError

VIT, CONVNEXT, EFFICIENTNET = (
    "timm:test_vit.r160_in1k",
    "timm:test_convnext.r160_in1k",
    "timm:test_efficientnet.r160_in1k",
)


@pytest.fixture(scope="module")
def atelier():
    images = datasets.load("atelier")
    return images, catalogue.find("atelier-tiny").load(images)


def built(name: str, size: int = 64) -> encoders.Encoder:
    torch.manual_seed(3)
    return pixels(3, size).eval() if name == "pixels" else encoders.build(name, size=size).eval()


def pair(size: int = 64) -> tuple[torch.Tensor, torch.Tensor]:
    a, b = torch.rand(2, 3, size, size, generator=torch.Generator().manual_seed(0))
    return a, b


@pytest.mark.parametrize(
    ("name", "grid"),
    [
        ("tiny", 8),
        ("resnet18", 8),
        ("mobilenet_v2", 2),
        ("squeezenet1_0", 3),
        ("pami", 4),
        ("pixels", 32),
        (CONVNEXT, 2),
        (EFFICIENTNET, 2),
    ],
)
def test_each_map_sums_to_the_cosine(name: str, grid: int) -> None:
    encoder, (a, b) = built(name), pair()
    alike = explain.compare(encoder, a, b)
    with torch.no_grad():
        h = encoder(torch.stack([a, b]))
    cosine = float(functional.cosine_similarity(h[0], h[1], dim=0))
    assert alike.exact
    assert alike.contributions.shape == (grid,) * 4
    assert alike.cosine == pytest.approx(cosine, abs=1e-6)
    for heat in explain.similarity_maps(encoder, a, b):
        assert heat.sum() == pytest.approx(cosine, abs=1e-5)


def test_one_contribution_is_the_product_of_two_positions() -> None:
    encoder, (a, b) = built("tiny"), pair()
    shared = explain.matches(encoder, a, b)
    with torch.no_grad():
        f, h = encoder.feature_map(torch.stack([a, b])), encoder(torch.stack([a, b]))
    expected = f[0, :, 1, 2] @ f[1, :, 5, 3] / 64**2 / (h[0].norm() * h[1].norm())
    assert shared[1, 2, 5, 3] == pytest.approx(float(expected), abs=1e-8)
    np.testing.assert_allclose(explain.matches(encoder, b, a), shared.transpose(2, 3, 0, 1), atol=1e-8)


def test_a_class_token_is_said_to_be_approximate() -> None:
    encoder, (a, b) = built(VIT, 96), pair(96)
    alike = explain.compare(encoder, a, b)
    assert not alike.exact
    assert "approximate" in alike.said
    assert alike.contributions.shape == (6, 6, 6, 6)
    assert alike.map_a.sum() == pytest.approx(alike.map_b.sum())


def test_pictures_of_any_kind_are_suited_and_nothing_is_changed() -> None:
    encoder = built("tiny").train()
    before = encoder.hash()
    grey = torch.zeros(1, 20, 20, dtype=torch.uint8)
    alike = explain.compare(encoder, grey, (pair(90)[1] * 255).byte())
    assert np.isfinite(alike.contributions).all()
    assert encoder.training
    assert encoder.hash() == before


def test_black_pixels_have_no_direction() -> None:
    alike = explain.compare(built("pixels"), torch.zeros(3, 64, 64), pair()[1])
    assert alike.cosine == 0
    assert not alike.contributions.any()


def test_the_map_finds_the_patch_two_pictures_share(atelier) -> None:
    """Grey grounds, the same painting in one corner of each: its quarter must carry most of what they share."""
    images, encoder = atelier
    flat = torch.full((3, 96, 96), 128, dtype=torch.uint8)
    small = functional.interpolate(images.images[5][None].float(), 48).byte()[0]
    a, b = flat.clone(), flat.clone()
    a[:, :48, :48] = small
    b[:, 48:, 48:] = small
    shared = explain.matches(encoder, a, b)
    side = shared.shape[0]
    inside = shared[1 : side // 2 - 1, 1 : side // 2 - 1]
    seen = inside.sum((0, 1))
    assert seen[side // 2 :, side // 2 :].mean() > seen[: side // 2, : side // 2].mean()


def test_fresh_weights_give_other_maps_and_the_same_weights_the_same(atelier) -> None:
    images, encoder = atelier
    found = [explain.random_weights(encoder, images.images[i], images.images[i + 50]) for i in range(8)]
    assert all(-1 <= value < 0.9 for value in found)
    fresh = catalogue.find("untrained").load(images)
    assert explain.random_weights(fresh, images.images[0], images.images[1], seed=0) == pytest.approx(1, abs=1e-6)
    assert explain.random_weights(built("pixels"), *pair()) is None


def test_blanking_what_the_map_marks_loses_the_likeness_sooner(atelier) -> None:
    images, encoder = atelier
    vectors = np.asarray(catalogue_vectors(images))
    from contrastive.neighbours import Index

    rows = np.arange(0, 200, 10)
    nearest = Index(vectors).search(vectors[rows], 1, exclude=rows)[1][:, 0]
    tests = [
        explain.deletion(encoder, images.images[int(i)], images.images[int(j)])
        for i, j in zip(rows, nearest, strict=True)
    ]
    assert np.mean([test.marked < test.random for test in tests]) >= 0.8
    assert tests[0] == explain.deletion(encoder, images.images[int(rows[0])], images.images[int(nearest[0])])


def catalogue_vectors(images) -> np.ndarray:
    from contrastive.embed import embed

    return embed("atelier-tiny", images)


def test_grad_cam_of_an_average_is_the_class_activation_map() -> None:
    """Zhou et al. 2016, arXiv:1512.04150, eq. 2: with average pooling, the features weighted by the class."""
    encoder, (a, _) = built("tiny"), pair()
    rng = np.random.default_rng(0)
    decision = explain.Decision(rng.normal(size=(3, encoder.dim)), rng.normal(size=3))
    heat = explain.class_map(encoder, a, decision, 1)
    with torch.no_grad():
        features = encoder.feature_map(a[None])[0].double().numpy()
    expected = np.maximum(np.tensordot(decision.weights[1], features, 1), 0) / 64
    np.testing.assert_allclose(heat, expected, atol=1e-5)


@pytest.mark.parametrize(("name", "grid"), [(VIT, 6), (CONVNEXT, 3), (EFFICIENTNET, 3), ("resnet18", 6)])
def test_every_family_of_nets_has_a_class_map(name: str, grid: int) -> None:
    encoder = built(name, 96)
    if name == "resnet18":
        grid = 3
    weights = np.random.default_rng(0).normal(size=(2, encoder.dim))
    heats = [explain.class_map(encoder, pair(96)[0], explain.Decision(weights, np.zeros(2)), i) for i in (0, 1)]
    assert heats[0].shape == (grid, grid)
    assert (heats[0] >= 0).all()
    assert any(heat.any() for heat in heats)
    assert not np.allclose(*heats)


def test_the_ridge_probe_agrees_with_scikit_learn_and_wants_two_classes() -> None:
    from sklearn.linear_model import Ridge
    from sklearn.preprocessing import StandardScaler

    rng = np.random.default_rng(0)
    vectors, codes = rng.normal(size=(90, 7)) * 3 + 1, rng.integers(-1, 3, 90)
    ours = explain.linear_decision(vectors, codes, 3).scores(vectors)
    known = codes >= 0
    scaler = StandardScaler().fit(vectors[known])
    targets = np.where(codes[known][:, None] == np.arange(3), 1, -1)
    theirs = Ridge(1.0).fit(scaler.transform(vectors[known]), targets).predict(scaler.transform(vectors))
    np.testing.assert_allclose(ours, theirs, atol=1e-8)
    with pytest.raises(UserError, match="two classes"):
        explain.linear_decision(vectors, np.zeros(90, int), 3)
