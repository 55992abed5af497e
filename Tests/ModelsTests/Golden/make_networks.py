"""Writes networks.json beside itself: narrow networks' logits and pixel gradients by PyTorch, in double precision."""

import json
import math
import os

import numpy as np
import torch
import torchvision
from torch import nn

from formula import value

CLASSES = 10
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def parameter(name, shape):
    """The parameter `name`: weights of He's variance, small shifts, batch norms far from the identity."""
    unit = value(name, math.prod(shape))
    if name.endswith("running_var"):
        numbers = 0.5 + unit
    elif len(shape) == 1 and name.endswith("weight"):
        numbers = 0.5 + 0.5 * unit
    elif len(shape) == 1:
        numbers = 0.4 * unit - 0.2
    else:
        numbers = (2 * unit - 1) * math.sqrt(6 / math.prod(shape[1:]))
    return torch.from_numpy(numbers.astype(np.float32).astype(np.float64)).reshape(shape)


class Bottleneck(nn.Module):
    """1×1, k×k, 1×1, nothing padded; the shortcut loses what the main path lost at the bottom and right."""

    def __init__(self, inputs, inner, kernel, stride, downsample):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(inputs, inner, 1, bias=False), nn.BatchNorm2d(inner)
        self.conv2 = nn.Conv2d(inner, inner, kernel, stride, bias=False)
        self.bn2 = nn.BatchNorm2d(inner)
        self.conv3, self.bn3 = nn.Conv2d(inner, 4 * inner, 1, bias=False), nn.BatchNorm2d(4 * inner)
        if downsample:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, 4 * inner, 1, stride, bias=False), nn.BatchNorm2d(4 * inner))
        else:
            self.downsample = nn.Identity()

    def forward(self, x):
        y = torch.relu(self.bn1(self.conv1(x)))
        y = torch.relu(self.bn2(self.conv2(y)))
        y = self.bn3(self.conv3(y))
        shortcut = self.downsample(x)
        return torch.relu(y + shortcut[:, :, : y.shape[2], : y.shape[3]])


class BagNet(nn.Module):
    def __init__(self, stages, width):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(3, width, 1, bias=False), nn.Conv2d(width, width, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        channels = width
        for index, (blocks, stride) in enumerate(zip((3, 4, 6, 3), (2, 2, 2, 1))):
            inner, stage = width << index, []
            for block in range(blocks):
                kernel = 3 if block == 0 and index < stages else 1
                stage.append(Bottleneck(channels, inner, kernel, stride if block == 0 else 1, block == 0))
                channels = 4 * inner
            setattr(self, f"layer{index + 1}", nn.Sequential(*stage))
        self.fc = nn.Linear(channels, CLASSES)

    def features(self, x):
        x = torch.relu(self.bn1(self.conv2(self.conv1(x))))
        return self.layer4(self.layer3(self.layer2(self.layer1(x))))

    def forward(self, x):
        return self.fc(self.features(x).mean((2, 3)))

    def map(self, x):
        return self.fc(self.features(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


def narrowed(network, factor):
    """A torchvision network whose layers have a `factor`-th of their channels."""
    for name, module in list(network.named_modules()):
        if isinstance(module, nn.Conv2d):
            inputs = 3 if module.in_channels == 3 else module.in_channels // factor
            new = nn.Conv2d(
                inputs, module.out_channels // factor, module.kernel_size, module.stride, module.padding,
                bias=module.bias is not None)
        elif isinstance(module, nn.BatchNorm2d):
            new = nn.BatchNorm2d(module.num_features // factor)
        elif isinstance(module, nn.Linear):
            outputs = CLASSES if module.out_features == 1000 else module.out_features // factor
            new = nn.Linear(module.in_features // factor, outputs)
        else:
            continue
        parent, _, last = name.rpartition(".")
        setattr(network.get_submodule(parent), last, new)
    return network


def irregular_squeezenet(version):
    """A torchvision SqueezeNet whose layers have about an eighth of their channels, each its own number."""
    fire = torchvision.models.squeezenet.Fire
    network = torchvision.models.SqueezeNet(version, CLASSES)
    channels = 3
    for index, part in enumerate(network.features):
        if isinstance(part, nn.Conv2d):
            network.features[index] = nn.Conv2d(channels, 9, part.kernel_size, part.stride)
            channels = 9
        elif isinstance(part, fire):
            squeeze, one, three = (
                part.squeeze.out_channels // 8 + 1, part.expand1x1.out_channels // 8,
                part.expand3x3.out_channels // 8 + index % 3)
            network.features[index] = fire(channels, squeeze, one, three)
            channels = one + three
    network.classifier[1] = nn.Conv2d(channels, CLASSES, 1)
    return network


def irregular_mobilenet():
    """torchvision's MobileNetV2 with few channels that are no multiples of 8."""
    return torchvision.models.MobileNetV2(CLASSES, width_mult=0.15, round_nearest=1)


def irregular_densenet():
    """torchvision's DenseNet-121 with few channels and odd proportions between them."""
    return torchvision.models.DenseNet(3, (6, 12, 24, 16), num_init_features=7, bn_size=2, num_classes=CLASSES)


class SamePadding(nn.Conv2d):
    """A convolution padded as TensorFlow's “same” at a size that the stride divides: the odd cell comes last."""

    def __init__(self, inputs, outputs, kernel, stride=1, groups=1):
        super().__init__(inputs, outputs, kernel, stride, groups=groups, bias=False)
        before = (kernel - stride) // 2
        self.sides = (before, kernel - stride - before) * 2

    def forward(self, x):
        return super().forward(nn.functional.pad(x, self.sides))


class EfficientNetBlock(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride, factor):
        super().__init__()
        inner = inputs * factor
        if factor > 1:
            self._expand_conv, self._bn0 = SamePadding(inputs, inner, 1), nn.BatchNorm2d(inner, 1e-3)
        self._depthwise_conv = SamePadding(inner, inner, kernel, stride, inner)
        self._bn1 = nn.BatchNorm2d(inner, 1e-3)
        self._project_conv, self._bn2 = SamePadding(inner, outputs, 1), nn.BatchNorm2d(outputs, 1e-3)
        self.widens, self.skips = factor > 1, stride == 1 and inputs == outputs

    def forward(self, x):
        y = nn.functional.relu6(self._bn0(self._expand_conv(x))) if self.widens else x
        y = nn.functional.relu6(self._bn1(self._depthwise_conv(y)))
        y = self._bn2(self._project_conv(y))
        return x + y if self.skips else y


class EfficientNetLite0(nn.Module):
    """EfficientNet-Lite0 with the given channels: of the stem, of each stage, of the head."""

    def __init__(self, stem, stages, head):
        super().__init__()
        self._conv_stem, self._bn0 = SamePadding(3, stem, 3, 2), nn.BatchNorm2d(stem, 1e-3)
        blocks, channels = [], stem
        plan = [(3, 1, 1, 1), (3, 6, 2, 2), (5, 6, 2, 2), (3, 6, 3, 2), (5, 6, 3, 1), (5, 6, 4, 2), (3, 6, 1, 1)]
        for outputs, (kernel, factor, count, stride) in zip(stages, plan):
            for block in range(count):
                blocks.append(EfficientNetBlock(channels, outputs, kernel, 1 if block else stride, factor))
                channels = outputs
        self._blocks = nn.ModuleList(blocks)
        self._conv_head, self._bn1 = SamePadding(channels, head, 1), nn.BatchNorm2d(head, 1e-3)
        self._fc = nn.Linear(head, CLASSES)

    def forward(self, x):
        x = nn.functional.relu6(self._bn0(self._conv_stem(x)))
        for block in self._blocks:
            x = block(x)
        x = nn.functional.relu6(self._bn1(self._conv_head(x)))
        return self._fc(x.mean((2, 3)))


def packed(tensor):
    return [float(f"{number:.7g}") for number in tensor.detach().flatten().tolist()]


def measured(name, network, size):
    state = {
        key: torch.zeros((), dtype=torch.long) if key.endswith("num_batches_tracked") else parameter(key, tensor.shape)
        for key, tensor in network.state_dict().items()
    }
    network = network.double().eval()
    network.load_state_dict(state)
    shape = (2, 3, *size)
    pixels = torch.from_numpy(value("pixels", math.prod(shape))).reshape(shape).requires_grad_()
    mean, std = torch.tensor(MEAN).double(), torch.tensor(STD).double()
    normal = (pixels - mean[:, None, None]) / std[:, None, None]
    logits = network(normal)
    direction = torch.from_numpy(2 * value("direction", logits.numel()) - 1).reshape(logits.shape)
    (logits * direction).sum().backward()
    gradient = pixels.grad.flatten()
    step = gradient.numel() // 97
    document = {
        "architecture": name,
        "shapes": {key: list(tensor.shape) for key, tensor in state.items()},
        "input": list(shape),
        "logits": packed(logits),
        "gradient_step": step,
        "gradient": packed(gradient[::step]),
        "gradient_sum": float(gradient.sum()),
        "gradient_magnitude": float(gradient.abs().sum()),
        "map": None,
    }
    if isinstance(network, BagNet):
        cells = network.map(normal)[1, 3]
        document["map"] = {"shape": list(cells.shape), "values": packed(cells)}
    print(name, [round(number, 4) for number in packed(logits)[:5]])
    return document


models = torchvision.models
documents = [
    measured("bagnet9", BagNet(2, 4), (57, 65)),
    measured("bagnet17", BagNet(3, 4), (57, 65)),
    measured("bagnet33", BagNet(4, 4), (57, 65)),
    measured("resnet18", narrowed(models.resnet18(), 8), (64, 75)),
    measured("resnet50", narrowed(models.resnet50(), 16), (64, 75)),
    measured("squeezenet1_0", irregular_squeezenet("1_0"), (64, 75)),
    measured("squeezenet1_1", irregular_squeezenet("1_1"), (64, 75)),
    measured("alexnet", narrowed(models.alexnet(), 16), (131, 195)),
    measured("vgg11", narrowed(models.vgg11(), 16), (131, 195)),
    measured("vgg16_bn", narrowed(models.vgg16_bn(), 32), (70, 81)),
    measured("densenet121", irregular_densenet(), (64, 75)),
    measured("mobilenet_v2", irregular_mobilenet(), (64, 75)),
    # As many channels in two stages as in the ones before them: shortcuts where the published network has none.
    measured("efficientnet_lite0", EfficientNetLite0(5, [5, 4, 6, 7, 7, 9, 11], 13), (64, 75)),
]
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "networks.json")
with open(path, "w") as file:
    lines = ",\n".join(json.dumps(document, separators=(",", ":")) for document in documents)
    file.write(f'{{"torch":"{torch.__version__}","networks":[\n{lines}\n]}}\n')
print(f"{os.path.getsize(path)} bytes")
