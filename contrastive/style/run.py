"""StyleRun: the training of a style network as a run, with a contact sheet that shows how far it is.

config.json  status.json  metrics.jsonl (a line a round)  steps.jsonl  style.safetensors  checkpoint.pt
previews/STEP.jpg  log.txt
"""

import io
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from contrastive.config import sentence
from contrastive.errors import UserError
from contrastive.runs import Run
from contrastive.storage import read_json, runs_dir, write_bytes
from contrastive.style.config import StyleConfig

SHOWN = 6
"""Contents and styles on a preview, drawn evenly from what training does not see."""


class StyleRun(Run):
    """A training of `contrastive.style.train`; its weights are those of a style network."""

    verb = "style-train"
    weights = "style.safetensors"

    @staticmethod
    def folder() -> Path:
        """Beside the runs of encoders."""
        return runs_dir().parent / "styles"

    @staticmethod
    def name_of(config: Any) -> str:
        """What is transferred how, and with which encoder."""
        return f"style-{config.transfer}-{config.encoder}"

    @property
    def config(self) -> StyleConfig:  # type: ignore[override]  # what differs between the kinds of runs
        """The config it was made with; UserError if somebody changed it into something else."""
        try:
            return StyleConfig.model_validate(read_json(self.path / "config.json"))
        except ValidationError as error:
            raise UserError(f"The config of {self.id} cannot be used.", sentence(error)[0]) from error

    def training(self, **options: Any) -> Iterator[Any]:
        """Its steps; the options are those of `train_style`."""
        from contrastive.style.train import train_style

        return train_style(self.config, **options)

    def begin(self, step: Any) -> None:
        """A style network leaves nothing of the time before its first step."""

    def keep(self, step: Any) -> None:
        """Write the weights and a preview: held-out contents, one a row, in held-out styles, one a column."""
        from contrastive.style.weights import save_network

        save_network(step.network, self.path / self.weights)
        buffer = io.BytesIO()
        contents, styles = held_out(self.config.model_dump_json())
        sheet(step.network, contents, styles).save(buffer, "JPEG", quality=90)
        write_bytes(self.path / "previews" / f"{step.step:06d}.jpg", buffer.getvalue())

    def previews(self) -> list[Path]:
        """The contact sheets so far, the newest last."""
        return sorted((self.path / "previews").glob("*.jpg"))


@lru_cache(maxsize=1)
def held_out(config_text: str) -> tuple[Any, Any]:
    """Up to SHOWN contents and styles (n, 3, s, s) in 0..1 which the training of that config does not see.

    Where nothing is held out (split all), they are of what it does see.
    """
    import torch

    from contrastive import datasets

    config = StyleConfig.model_validate_json(config_text)

    def some(names: list[str]) -> torch.Tensor:
        parts = []
        for number, name in enumerate(dict.fromkeys(names)):
            whole = datasets.load(name, size=config.size)
            rows = [row for split in ("test", "val", "train") for row in whole.rows(split)]
            count = SHOWN // len(set(names)) + (number < SHOWN % len(set(names)))
            held = [row for split in ("test", "val") for row in whole.rows(split)] or rows
            chosen = [held[i * len(held) // max(1, count)] for i in range(min(count, len(held)))]
            parts.append(whole.subset(chosen).images.expand(-1, 3, -1, -1).float() / 255)
        return torch.cat(parts)

    return some(config.content), some(config.style)


def sheet(network: Any, contents: Any, styles: Any) -> Any:
    """A PIL picture: the styles along the top, the contents down the side, and every content in every style.

    contents (n, 3, s, s) and styles (m, 3, s, s) in 0..1.
    """
    import torch
    from PIL import Image

    device = next(network.parameters()).device
    corner = torch.ones(1, 3, *contents.shape[2:])
    with torch.inference_mode():
        codes = network.code(styles.to(device))
        painted = [network.restyle(x[None].expand(len(codes), -1, -1, -1).to(device), codes).cpu() for x in contents]
    rows = [
        torch.cat([corner, styles]),
        *(torch.cat([x[None], row]) for x, row in zip(contents, painted, strict=True)),
    ]
    grid = torch.cat([torch.cat(list(row), 2) for row in rows], 1)
    return Image.fromarray((grid * 255).round().byte().permute(1, 2, 0).numpy())
