"""Heat laid over a picture, drawn here: for what is downloaded, and for maps that need no pointing at."""

import io

import numpy as np
from PIL import Image

# Viridis at nine even steps (Smith and van der Walt 2015, CC0): dark is little, yellow is much, for every eye.
VIRIDIS = [
    [68, 1, 84],
    [71, 44, 122],
    [59, 81, 139],
    [44, 113, 142],
    [33, 144, 141],
    [39, 173, 129],
    [92, 200, 99],
    [170, 220, 50],
    [253, 231, 37],
]


def heated(picture: Image.Image, heat: np.ndarray, *, side: int = 384) -> Image.Image:
    """The picture at `side` pixels under heat (h', w'), scaled to its own maximum; 0 and less leave it as it is."""
    resample = Image.Resampling.NEAREST if max(picture.size) < 128 else Image.Resampling.BICUBIC
    ground = picture.convert("RGB").resize((side, side), resample)
    share = np.clip(heat, 0, None) / max(float(heat.max()), 1e-12)
    levels = np.arange(len(VIRIDIS)) / (len(VIRIDIS) - 1)
    painted = np.stack([np.interp(share, levels, np.array(VIRIDIS)[:, c]) for c in range(3)], axis=-1)
    alpha = 215 * np.sqrt(share) * (share > 0.02)
    layer = Image.fromarray(np.dstack([painted, alpha]).round().astype(np.uint8), "RGBA")
    layer = layer.resize((side, side), Image.Resampling.BILINEAR)
    return Image.alpha_composite(ground.convert("RGBA"), layer).convert("RGB")


def beside(*pictures: Image.Image, gap: int = 16) -> bytes:
    """Pictures of one size in a row on white, as the bytes of a PNG."""
    width, height = pictures[0].size
    sheet = Image.new("RGB", (len(pictures) * width + (len(pictures) - 1) * gap, height), "white")
    for place, picture in enumerate(pictures):
        sheet.paste(picture, (place * (width + gap), 0))
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG")
    return buffer.getvalue()
