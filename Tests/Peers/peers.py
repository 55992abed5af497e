"""What parity.py and speed.py share: the networks in PyTorch, pictures, cards, and the way to Patchwork.

Needs, from the Python registry: pip install torch torchvision safetensors pillow numpy, and for EfficientNet-Lite0
efficientnet-lite-pytorch
"""

import json
import pathlib
import platform
import subprocess
import tempfile

import numpy
import safetensors.torch
import torch
import torchvision
from PIL import Image
from torch import nn
from torch.nn import functional

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = ROOT / ".build-release" / "release" / "patchwork"

# How many of the four stages have a 3×3 kernel in their first block.
BAGNETS = {"bagnet9": 2, "bagnet17": 3, "bagnet33": 4}
# Pixels along a side of what one cell sees.
BAGNET_FIELDS = {"bagnet9": 9, "bagnet17": 17, "bagnet33": 33}
ARCHITECTURES = [
    *BAGNETS, "resnet18", "resnet34", "resnet50", "resnet101", "resnet152",
    "squeezenet1_0", "squeezenet1_1", "alexnet",
    *(f"vgg{depth}{norms}" for depth in (11, 13, 16, 19) for norms in ("", "_bn")),
    "densenet121", "densenet161", "densenet169", "densenet201", "mobilenet_v2", "efficientnet_lite0",
]
# Known by their ONNX files alone.
IMPORTED = ["googlenet", "shufflenet_v2_x1_0", "mnasnet1_0", "resnext50_32x4d", "regnet_y_400mf"]


class Bottleneck(nn.Module):
    """1×1, k×k, 1×1, each with batch norm; nothing padded, the shortcut cropped to the main path."""

    def __init__(self, inputs, inner, kernel, stride, first):
        super().__init__()
        outputs = 4 * inner
        self.conv1 = nn.Conv2d(inputs, inner, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(inner)
        self.conv2 = nn.Conv2d(inner, inner, kernel, stride, bias=False)
        self.bn2 = nn.BatchNorm2d(inner)
        self.conv3 = nn.Conv2d(inner, outputs, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(outputs)
        self.downsample = None
        if first:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = functional.relu(self.bn1(self.conv1(x)))
        y = functional.relu(self.bn2(self.conv2(y)))
        y = self.bn3(self.conv3(y))
        shortcut = x if self.downsample is None else self.downsample(x)
        return functional.relu(y + shortcut[:, :, : y.shape[2], : y.shape[3]])


class BagNet(nn.Module):
    """BagNet (Brendel & Bethge 2019, 1904.00760): a ResNet-50 with mostly 1×1 kernels and no padding."""

    def __init__(self, stages_with_kernel_3, width=64, classes=1000):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 1, bias=False)
        self.conv2 = nn.Conv2d(width, width, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        channels = width
        for stage, (blocks, stride) in enumerate(zip([3, 4, 6, 3], [2, 2, 2, 1])):
            inner = width << stage
            layers = []
            for block in range(blocks):
                first = block == 0
                kernel = 3 if first and stage < stages_with_kernel_3 else 1
                layers.append(Bottleneck(channels, inner, kernel, stride if first else 1, first))
                channels = 4 * inner
            setattr(self, f"layer{stage + 1}", nn.Sequential(*layers))
        self.fc = nn.Linear(channels, classes)

    def forward(self, x):
        x = functional.relu(self.bn1(self.conv2(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(x.mean(dim=(2, 3)))


def network(name, width=64, classes=1000):
    """The network in evaluation mode, its parameters without gradients; 64 is the published width."""
    if name in BAGNETS:
        made = BagNet(BAGNETS[name], width, classes)
    elif name == "efficientnet_lite0":
        from efficientnet_lite_pytorch import EfficientNet
        made = EfficientNet.from_name("efficientnet-lite0", num_classes=classes)
    else:
        # GoogLeNet warns of slow first weights, which are replaced, and has heads for training alone.
        further = {"aux_logits": False, "init_weights": False} if name == "googlenet" else {}
        made = getattr(torchvision.models, name)(weights=None, num_classes=classes, **further)
    if name not in BAGNETS and width != 64:
        narrow(made, width)
    return made.eval().requires_grad_(False)


def narrow(resnet, width):
    """Gives a torchvision ResNet another width in place of 64."""
    if not isinstance(resnet, torchvision.models.ResNet):
        raise SystemExit("only BagNets and ResNets can be had at another width than the published")
    block = type(resnet.layer1[0])
    counts = [len(getattr(resnet, f"layer{stage}")) for stage in range(1, 5)]
    resnet.inplanes = width
    resnet.conv1 = nn.Conv2d(3, width, 7, 2, 3, bias=False)
    resnet.bn1 = nn.BatchNorm2d(width)
    for stage, count in enumerate(counts):
        layers = resnet._make_layer(block, width << stage, count, stride=2 if stage else 1)
        setattr(resnet, f"layer{stage + 1}", layers)
    resnet.fc = nn.Linear(resnet.inplanes, resnet.fc.out_features)


def randomise(model, seed):
    """Seeded parameters, batch-norm statistics included, whose activations neither vanish nor explode."""
    random = torch.Generator().manual_seed(seed)

    def uniform(tensor, low, high):
        tensor.copy_(torch.rand(tensor.shape, generator=random) * (high - low) + low)

    for name, module in model.named_modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            fan_in = module.weight[0].numel()
            module.weight.copy_(
                torch.randn(module.weight.shape, generator=random) * (2 / fan_in) ** 0.5)
            if module.bias is not None:
                uniform(module.bias, -0.5, 0.5)
        elif isinstance(module, nn.BatchNorm2d):
            uniform(module.weight, 0.3, 0.9)
            uniform(module.bias, -0.3, 0.3)
            uniform(module.running_mean, -0.3, 0.3)
            uniform(module.running_var, 0.5, 1.5)
    return model


def write_pictures(folder, sizes, seed):
    """Random coarse colours under strong noise, as PNG; gives paths and the pixels [3, height, width] in 0…1. Hardly any
    are clipped, so that no two places look the same."""
    random = numpy.random.default_rng(seed)
    pictures = []
    for number, (width, height) in enumerate(sizes):
        coarse = Image.fromarray(random.integers(90, 166, (7, 7, 3), dtype=numpy.uint8))
        pixels = numpy.asarray(coarse.resize((width, height), Image.BICUBIC)).astype(int)
        pixels = (pixels + random.integers(-80, 81, pixels.shape)).clip(0, 255).astype(numpy.uint8)
        path = folder / f"picture{number:03}.png"
        Image.fromarray(pixels).save(path)
        pictures.append((path, torch.from_numpy(pixels).permute(2, 0, 1).float() / 255))
    return pictures


def load_pictures(paths):
    """Pictures of one size as [batch, 3, height, width] in 0…1."""
    pixels = [torch.from_numpy(numpy.array(Image.open(path).convert("RGB"))) for path in paths]
    return torch.stack(pixels).permute(0, 3, 1, 2).contiguous().float() / 255


def write_card(path, architecture, weights, classes, preprocessing=None):
    """A model card beside its weights."""
    card = {
        "name": architecture, "architecture": architecture, "weights": weights, "classes": classes,
        "preprocessing": preprocessing or {}, "source": "seeded random weights",
    }
    path.write_text(json.dumps(card))


def class_names(count):
    return [f"class{index:04}" for index in range(count)]


def worst_difference(binary, card, pictures, expected, classes, threads):
    """The greatest |difference| of a logit / greatest |logit| over the pictures."""
    answer = patchwork(
        binary, "classify", "--model", card, *pictures, "--top", len(classes), "--threads", threads)
    place = {name: index for index, name in enumerate(classes)}
    worst = 0.0
    for image, logits in zip(answer["images"], expected, strict=True):
        found = torch.full_like(logits, float("nan"))
        for entry in image["top"]:
            found[place[entry["class"]]] = entry["logit"]
        difference = (found - logits).abs().max() / logits.abs().max()
        if not torch.isfinite(difference):
            raise SystemExit(f"{card}: a logit is missing or not finite")
        worst = max(worst, difference.item())
    return worst


def map_difference(binary, card, picture, drawing, expected, threads):
    """The greatest |difference| of a class 0 map / its greatest |value|, as far as `expected` goes, row by row."""
    with tempfile.TemporaryDirectory() as folder:
        values = pathlib.Path(folder) / "map.safetensors"
        patchwork(
            binary, "heatmap", "--model", card, "--image", picture, "--class", class_names(1)[0], *drawing,
            "--values", values, "--out", values.with_suffix(".png"), "--threads", threads)
        found = safetensors.torch.load_file(values)["values"].flatten()
    expected = expected.flatten()
    difference = (found[: len(expected)] - expected).abs().max() / expected.abs().max()
    if len(found) < len(expected) or not torch.isfinite(difference):
        raise SystemExit(f"{card}: the map has missing values or some that are not finite")
    return difference.item()


def gradient(binary, card, picture, class_name, threads):
    """The gradient of a logit with respect to the pixels [3, height, width]."""
    with tempfile.TemporaryDirectory() as folder:
        values = pathlib.Path(folder) / "map.safetensors"
        patchwork(
            binary, "heatmap", "--model", card, "--image", picture, "--class", class_name, "--method", "saliency",
            "--values", values, "--out", values.with_suffix(".png"), "--threads", threads)
        found = safetensors.torch.load_file(values)["gradient"]
    if not torch.isfinite(found).all():
        raise SystemExit(f"{card}: the gradient is not finite")
    return found


def processor():
    """The processor's name, as Linux tells it."""
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or "unknown"


def patchwork(binary, *arguments):
    """Patchwork's JSON answer; ends with Patchwork's own message when it fails."""
    ran = subprocess.run(
        [str(binary), *map(str, arguments), "--json", "--quiet"], capture_output=True, text=True)
    if ran.returncode != 0:
        raise SystemExit(f"patchwork {arguments[0]}: exit {ran.returncode}: {ran.stderr.strip()}")
    return json.loads(ran.stdout)


def known_tasks(binary):
    """What this Patchwork's `bench` can time."""
    ran = subprocess.run([str(binary), "bench", "--experimental-dump-help"], capture_output=True, text=True)
    if ran.returncode != 0:
        raise SystemExit(f"patchwork bench: exit {ran.returncode}: {ran.stderr.strip()}")
    arguments = json.loads(ran.stdout)["command"]["arguments"]
    return next(item.get("allValues", []) for item in arguments if item.get("valueName") == "task")
