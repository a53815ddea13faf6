"""Published ImageNet weights: a file each, downloaded once, or put in its place by hand without a network."""

from pathlib import Path
from urllib.parse import urlparse

import torch

from contrastive.encoders.any_timm import PREFIX, check_timm
from contrastive.errors import UserError
from contrastive.storage import data_dir

TORCHVISION = {
    "resnet18": "ResNet18_Weights",
    "resnet50": "ResNet50_Weights",
    "squeezenet1_0": "SqueezeNet1_0_Weights",
    "mobilenet_v2": "MobileNet_V2_Weights",
    "vgg19": "VGG19_Weights",
}


def published(name: str) -> Path:
    """The file with the published weights of an encoder: torchvision's IMAGENET1K_V1, or timm's own.

    It is looked for in data/downloads, then among torch's own downloads, else downloaded. Raises UserError for an
    encoder without published weights and, where the download fails, one that names the file and its folder.
    """
    if name.startswith(PREFIX):
        url, file = _of_timm(name)
        return _fetched(url, file, checked=False)
    if name not in TORCHVISION:
        raise UserError(
            f"There are no published weights for {name}.", f"There are for {', '.join(TORCHVISION)} and timm:NAME."
        )
    from torchvision.models import get_weight

    url = get_weight(f"{TORCHVISION[name]}.IMAGENET1K_V1").url
    return _fetched(url, Path(urlparse(url).path).name, checked=True)


def _of_timm(name: str) -> tuple[str, str]:
    """Address of a timm model's weights, and the name of the file they are kept in."""
    import timm
    from huggingface_hub import hf_hub_url

    check_timm(name)
    short = name.removeprefix(PREFIX)
    given = timm.get_pretrained_cfg(short)
    if given is None or not given.has_weights:
        raise UserError(
            f"timm has no weights for {short}.", f"See timm.list_pretrained('{short.partition('.')[0]}*')."
        )
    if given.hf_hub_id:
        file = given.hf_hub_filename or "model.safetensors"
        return hf_hub_url(given.hf_hub_id, file), f"{given.architecture}.{given.tag}{Path(file).suffix}"
    url = str(given.url)
    return url, Path(urlparse(url).path).name


def _fetched(url: str, file: str, *, checked: bool) -> Path:
    """`checked`: the name of the file ends in the beginning of its SHA-256."""
    folder = data_dir() / "downloads"
    for place in (folder, Path(torch.hub.get_dir()) / "checkpoints"):
        if (place / file).is_file():
            return place / file
    folder.mkdir(parents=True, exist_ok=True)
    start = Path(file).stem.rpartition("-")[2] if checked else None
    try:
        torch.hub.download_url_to_file(url, str(folder / file), hash_prefix=start)
    except (OSError, RuntimeError) as error:
        raise UserError(
            f"{file} could not be downloaded ({error}).",
            f"Fetch {url} on another machine, and put it into {folder} as {file}.",
        ) from error
    return folder / file
