"""What parity.py and speed.py share: the networks in PyTorch, and the way to Patchwork.

Needs, from the Python registry: pip install torch torchvision safetensors pillow numpy
"""

import json
import pathlib
import subprocess

import torch
import torchvision
from torch import nn

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = ROOT / ".build-release" / "release" / "patchwork"

# How many of the four stages have a 3×3 kernel in their first block.
BAGNETS = {"bagnet9": 2, "bagnet17": 3, "bagnet33": 4}
ARCHITECTURES = [
    *BAGNETS, "resnet18", "resnet34", "resnet50", "resnet101", "resnet152",
    "squeezenet1_0", "squeezenet1_1",
]


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
        y = torch.relu(self.bn1(self.conv1(x)))
        y = torch.relu(self.bn2(self.conv2(y)))
        y = self.bn3(self.conv3(y))
        shortcut = x if self.downsample is None else self.downsample(x)
        return torch.relu(y + shortcut[:, :, : y.shape[2], : y.shape[3]])


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
        x = torch.relu(self.bn1(self.conv2(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(x.mean(dim=(2, 3)))


def network(name):
    """The network at its published width, in evaluation mode, its parameters without gradients."""
    if name in BAGNETS:
        made = BagNet(BAGNETS[name])
    else:
        made = getattr(torchvision.models, name)(weights=None)
    return made.eval().requires_grad_(False)


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


def patchwork(binary, *arguments):
    """Patchwork's JSON answer; ends with Patchwork's own message when it fails."""
    ran = subprocess.run(
        [str(binary), *map(str, arguments), "--json", "--quiet"], capture_output=True, text=True)
    if ran.returncode != 0:
        raise SystemExit(f"patchwork {arguments[0]}: exit {ran.returncode}: {ran.stderr.strip()}")
    return json.loads(ran.stdout)
