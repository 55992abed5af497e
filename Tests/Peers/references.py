"""The reference networks in PyTorch and the photographs they were made for, for scripts that compare whole attacks.

Needs, from the Python registry: pip install torch torchvision pillow numpy
"""

import json

import numpy
import torch
from PIL import Image
from torch import nn

from peers import ROOT, network

SHARED = ROOT.parent / "shared"
NETWORKS = {"bagnet17": "bagnet17-w16-imagenette96", "resnet50": "resnet50-w16-imagenette96"}
BATCH = 50


class Normalised(nn.Module):
    """A network that takes pixels in 0…1."""

    def __init__(self, inner, mean, std):
        super().__init__()
        self.inner = inner
        self.register_buffer("mean", torch.tensor(mean).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(std).view(1, 3, 1, 1))

    def forward(self, x):
        return self.inner((x - self.mean) / self.std)


def load(name, file):
    card = json.loads((SHARED / "reference" / f"{file}.json").read_text())
    state = torch.load(SHARED / "reference" / card["weights"], map_location="cpu", weights_only=True)
    model = network(name, width=16, classes=len(card["classes"]))
    model.load_state_dict(state.get("state_dict", state), strict=False)
    preparation = card["preprocessing"]
    return Normalised(model, preparation["mean"], preparation["std"]).eval(), card


def prepared(path, preparation):
    """As torchvision does it: Resize of the shorter side, CenterCrop, pixels in 0…1."""
    picture = Image.open(path).convert("RGB")
    side, crop = preparation["resize_shorter_side"], preparation["center_crop"]
    width, height = picture.size
    if min(width, height) != side:
        size = (side, int(side * height / width)) if width < height else (int(side * width / height), side)
        picture = picture.resize(size, Image.BILINEAR)
    width, height = picture.size
    left, top = round((width - crop) / 2), round((height - crop) / 2)
    picture = picture.crop((left, top, left + crop, top + crop))
    return torch.from_numpy(numpy.array(picture)).permute(2, 0, 1).float() / 255


def files(folder):
    return sorted(each for each in folder.rglob("*") if each.suffix.lower() in (".jpeg", ".jpg", ".png"))


def pictures(folder, card, limit=None):
    paths = files(folder)[:limit]
    labels = torch.tensor([card["classes"].index(each.parent.name) for each in paths])
    return torch.stack([prepared(each, card["preprocessing"]) for each in paths]), labels


def named(model, images):
    with torch.inference_mode():
        return torch.cat([model(part).argmax(1) for part in images.split(BATCH)])


def evenly(folder, count, out, without=()):
    """Links to `count` pictures spread evenly over a corpus but for some classes, in folders of their classes."""
    paths = [each for each in files(folder) if each.parent.name not in without]
    for index in range(count):
        path = paths[index * len(paths) // count]
        target = out / path.parent.name
        target.mkdir(exist_ok=True)
        (target / path.name).symlink_to(path.resolve())
    return out
