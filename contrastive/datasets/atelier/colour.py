"""Colour in OKLab, where equal steps look equal (Ottosson 2020, bottosson.github.io/posts/oklab).

Light and shadow are mixed here: towards the light a colour takes on the palette's glow, towards the
shadow its ink, so that every hue shifts the way a painter shifts it and all shadows are related.
"""

import numpy as np

_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_FROM_LAB = np.linalg.inv(_TO_LAB)
_FROM_LMS = np.linalg.inv(_TO_LMS)

TONES = 65  # steps of a ramp, from tone -1 to tone 1


def oklab(rgb: np.ndarray) -> np.ndarray:
    """sRGB (..., 3) in 0..1 -> OKLab (..., 3): lightness 0..1, green-red, blue-yellow."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T


def srgb(lab: np.ndarray) -> np.ndarray:
    """OKLab (..., 3) -> sRGB (..., 3) clipped to 0..1, float32."""
    linear = np.clip((lab @ _FROM_LAB.T) ** 3 @ _FROM_LMS.T, 0, 1)
    rgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return rgb.astype(np.float32)


def from_hex(code: str) -> np.ndarray:
    """'E8A7A0' -> OKLab (3,)."""
    return oklab(np.array([int(code[i : i + 2], 16) / 255 for i in (0, 2, 4)]))


def ramp(base: np.ndarray, glow: np.ndarray, ink: np.ndarray) -> np.ndarray:
    """The colours of one local colour from shadow to light: OKLab (3,) -> (TONES, 3)."""
    tone = np.linspace(-1, 1, TONES)[:, None]
    light, shadow = np.clip(tone, 0, 1), np.clip(-tone, 0, 1)
    mixed = base + (glow - base) * 0.66 * light + (ink - base) * 0.70 * shadow
    # Half shadows of real paint are richer, not greyer, than the straight mix of two colours.
    richer = 1 + 0.22 * np.sin(np.pi * np.abs(tone))
    return mixed * np.concatenate([np.ones_like(tone), richer, richer], axis=1)


def turned(lab: np.ndarray, degrees: float) -> np.ndarray:
    """OKLab colours (..., 3) with their hue turned."""
    a = np.deg2rad(degrees)
    spin = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    return lab @ spin.T


def jittered(rgb: np.ndarray, rng: np.random.Generator, light: float, hue: float) -> np.ndarray:
    """sRGB colours (k, 3), each moved on its own: `light` and `hue` are spreads in OKLab."""
    return srgb(oklab(rgb) + rng.normal(0, 1, (len(rgb), 3)) * (light, hue, hue))
