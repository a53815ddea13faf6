"""Palettes: families of colour mixes. A family is a label; a mix is nine actual colours.

To add a mix, add a line; to add a family, add an entry and its phrase. `body` is chosen to stand out
from `sky` in every mix, because subjects are painted with the one and stand before the other.
Mixes of the test split are never seen in training: the family must be recognised, not remembered.
"""

from dataclasses import dataclass

import numpy as np

from .colour import TONES, from_hex, ramp, srgb, turned

BASE_ROLES = ("sky", "far", "ground", "leaf", "body", "second", "accent", "glow", "ink")
ROLES = (*BASE_ROLES, "warm", "skin", "blush")


@dataclass(frozen=True)
class Family:
    """A palette label: `phrase` for titles, and mixes of nine hex colours in the order of BASE_ROLES."""

    phrase: str
    train: tuple[str, ...]
    test: tuple[str, ...]

    def mixes(self, split: str) -> tuple[str, ...]:
        """The mixes a split may use; validation shares those of training."""
        return self.test if split == "test" else self.train


PALETTES: dict[str, Family] = {
    #     sky    far    ground leaf   body   second accent glow   ink
    "dawn": Family(
        "at dawn",
        train=(
            "E8A7A0 B48BB0 8C7AA6 6F8A86 5B3A6B A4485B F2784B FFE3B8 2B1E42",
            "F3B48B C98FA0 9A7FB0 7B8E7A 3F4A7A 8E4468 E8505B FFF0C9 262049",
            "C9A3C9 9D86B8 D69A8E 7F9488 7A2F52 4E4A80 F59A4A FFE8CF 2E1B3A",
        ),
        test=(
            "F0A3B0 A99ACB 7E86B4 86987A 6A2C3E 53508E FF8C5A FFEBC2 301A38",
            "EBC0A6 D18E94 A8839C 6E8791 34406E 96405A F26A3D FFF3D6 231C40",
        ),
    ),
    "sea": Family(
        "by the sea",
        train=(
            "9CC9D9 6FA3BF 2F7FA3 4E9C8B 17456B D9694A F2B84B F7F1DC 0E2438",
            "B9DDE0 7DB9C0 2B8C96 3F8F73 C4523F 1D4E73 F4A63A FBF3DA 0D2B3A",
            "5F9FC4 3F7FA9 1F5F8B 5BA88F F1DDB5 B5482F F07F3C FFF4D8 0B2340",
        ),
        test=(
            "8FC1CF 5D93B6 3A6FA3 57A08A 24355F E07A55 F5CB5C F9F0DC 10203F",
            "4F8FA8 3A7390 1C5A72 6AB59A F5E6C8 8E3B46 EE8A4A FFF3DC 082530",
        ),
    ),
    "forest": Family(
        "in the forest",
        train=(
            "C9D8B0 8FAE86 6B8F55 4F7F4A 2F5D3A 8A5A34 D9692E F6EFC4 16281E",
            "A9C6A0 6E9A7C 8A9A4A 3F7350 7A3B22 3C5A3A E9A93C F8F0CF 1B2A1A",
            "5E8B6B 47735A 3A5F3C 86A94F EBD9A0 A0522D E2733A FBF3C8 0F221A",
        ),
        test=(
            "D5DDB4 9DB88A 7D9B4E 55894A 24503F 9B4A2B E5952F FAF2CC 14261F",
            "74A07A 55856A 4B6E35 A3B656 F0DFAE 7C3F28 D95D2B FFF6D2 12241A",
        ),
    ),
    "earth": Family(
        "in earth colours",
        train=(
            "E4C99A C79A63 A8703F 8A8048 8A3B20 5A3A28 3F6E73 FBEFD2 2B1810",
            "D9B48A B88457 8F5B36 7C7A4A 4A2C22 B5532D 4F7F86 F8E8C4 24150F",
            "B98A5A 9A6B42 6F4A30 93894F F0DDB8 9C3F22 D98E32 FFF1D0 2A170E",
        ),
        test=(
            "EAD2A8 D0A06E B27B4B 857B3F 6B2E1C 94562E 35656E FDF2DA 2E1A12",
            "A6764C 875B3A 5F3E29 A0904E F4E4C2 B04A26 E39B3B FFF3D6 22130C",
        ),
    ),
    "night": Family(
        "at night",
        train=(
            "26356B 1F2A57 1B3A5C 2F5F6B E8D9A8 6B5AA6 F5B942 FFF2B8 0B1030",
            "2E2A5E 3B3A7A 23305E 3A6670 C9B6E4 4F6FB5 F2924B FFEDB0 0D0B2A",
            "173A5E 1F4A6E 12314A 3C7A78 F0E2C0 3F6FA0 FFC65A FFF6CC 06142A",
        ),
        test=(
            "2B3F7A 23316A 1E2F56 35706E F2DCA0 7A62B5 FFAF45 FFF0C2 0A0F2E",
            "3A2C66 2C2A63 1D2C52 3D6D80 D6C9F0 5C78C0 F7A04D FFF4C4 100A2C",
        ),
    ),
    "festival": Family(
        "in festival colours",
        train=(
            "2FB5B0 7A4FA3 F2A93B 3FA34D D6246E 3D3FA0 FFD23F FFF3C9 2A1045",
            "FFC53D F2743F D93A6A 2F9E6E 1F4FA8 8A2A8F 18B7C4 FFF6D0 1E1450",
            "F07FB0 8F5FC9 2FA6C9 6CBF3F 5A1FA0 E8432E FFD93B FFF2DA 250E4A",
        ),
        test=(
            "35A7D9 E8589A F5B82E 45AF5E C41F3A 5B2E9E FFE14D FFF5D6 220F40",
            "FFAE57 E84F7F 7A3FB0 27A38A 14508F C9216B 37D0C4 FFF4CF 1C1246",
        ),
    ),
}


@dataclass(frozen=True)
class Mix:
    """The colours of one painting: sRGB `ramps` (len(ROLES), TONES, 3) and the `paper` (3,) below."""

    ramps: np.ndarray
    paper: np.ndarray

    def __getitem__(self, role: str) -> np.ndarray:
        """The local colour (3,) of a role, neither lit nor shaded."""
        return self.ramps[ROLES.index(role), TONES // 2]


def mixed(family: str, split: str, rng: np.random.Generator) -> Mix:
    """Choose one of a family's mixes for this split and stir it: a slight turn of every hue."""
    mixes = PALETTES[family].mixes(split)
    codes = mixes[rng.integers(len(mixes))].split()
    turn = rng.uniform(-5, 5)
    colours = {role: turned(from_hex(code), turn) for role, code in zip(BASE_ROLES, codes, strict=True)}
    glow, ink = colours["glow"], colours["ink"]
    # Suns, lips and apples need a warm colour even where the accent is a cool one.
    colours["warm"] = max((colours[role] for role in ("accent", "second", "body")), key=lambda c: c[1] + 0.7 * c[2])
    colours["skin"] = 0.62 * glow + 0.26 * colours["warm"] + 0.12 * colours["second"]
    colours["blush"] = 0.55 * colours["skin"] + 0.45 * colours["warm"]
    ramps = np.stack([srgb(ramp(colours[role], glow, ink)) for role in ROLES])
    return Mix(ramps, paper=srgb(0.75 * glow + 0.25 * np.array([0.98, 0.0, 0.01])))
