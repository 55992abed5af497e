"""Writes small ONNX networks into onnx/ beside itself, with logits and pixel gradients by PyTorch in onnx.json.

Each network is exported by PyTorch's both exporters; a few graphs that neither writes are made with onnx.helper.
Names of files and lines of the exporting machine are taken out. Needs PyTorch, onnx and onnxscript.
"""

import contextlib
import io
import json
import logging
import os
import warnings

import onnx
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper
from torch import nn

from formula import value

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)
HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.join(HERE, "onnx")
CLASSES = 5


class Classic(nn.Module):
    """Convolutions of every geometry, batch norm, pools with rounding and uncounted padding, three linear layers."""

    side = 21

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 6, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(6), nn.ReLU(),
            nn.MaxPool2d(3, stride=2, ceil_mode=True),
            nn.Conv2d(6, 8, 3, padding=2, dilation=2, groups=2), nn.ReLU6(),
            nn.Conv2d(8, 8, (1, 3), padding=(0, 1), groups=8), nn.ReLU(inplace=True),
            nn.AvgPool2d(2, stride=1, padding=1, count_include_pad=False))
        self.classifier = nn.Sequential(
            nn.Linear(8 * 6 * 6, 7), nn.ReLU(), nn.Dropout(), nn.Linear(7, CLASSES))

    def forward(self, x):
        return self.classifier(torch.flatten(self.features(x), 1))


class Dense(nn.Module):
    """Batch norm before convolution, concatenation, a shortcut, and the mean over the picture."""

    side = 12

    def __init__(self):
        super().__init__()
        self.stem, self.norm0 = nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4)
        self.first, self.second = nn.Conv2d(4, 4, 1), nn.Conv2d(8, 8, 3, padding=1, bias=False)
        self.norm1, self.norm2 = nn.BatchNorm2d(8), nn.BatchNorm2d(8)
        self.classifier = nn.Linear(8, CLASSES)

    def forward(self, x):
        x = self.stem(x)
        x = torch.cat([x, self.first(F.relu(self.norm0(x)))], 1)
        x = F.relu(x + self.norm2(self.second(F.relu(self.norm1(x)))))
        x = F.avg_pool2d(x, 2, ceil_mode=True)
        return self.classifier(x.mean([2, 3]))


class Excite(nn.Module):
    """Squeeze and excitation, and the activations of small networks."""

    side = 10

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 6, 3)
        self.down, self.up = nn.Conv2d(6, 3, 1), nn.Conv2d(3, 6, 1)
        self.middle, self.last = nn.Conv2d(6, 6, 3), nn.Conv2d(6, CLASSES, 1)

    def forward(self, x):
        x = F.hardswish(self.stem(x))
        x = x * torch.sigmoid(self.up(F.relu(self.down(F.adaptive_avg_pool2d(x, 1)))))
        x = F.leaky_relu(self.middle(x), 0.2)
        x = F.silu(x) * F.hardsigmoid(x)
        return F.adaptive_avg_pool2d(self.last(x), 1).flatten(1)


class Shuffle(nn.Module):
    """Halves of the channels that go two ways and are shuffled, with shapes computed from the input's."""

    side = 8

    def __init__(self):
        super().__init__()
        self.stem, self.branch, self.fc = nn.Conv2d(3, 8, 1), nn.Conv2d(4, 4, 3, padding=1, groups=4), nn.Linear(8, CLASSES)

    def forward(self, x):
        x = F.relu(self.stem(x))
        kept, changed = x.chunk(2, dim=1)
        x = torch.cat([kept, self.branch(changed)], 1)
        n, c, h, w = x.size()
        x = x.view(n, 2, c // 2, h, w).transpose(1, 2).contiguous().view(n, c, h, w)
        return self.fc(x.mean([2, 3]))


class Baked(nn.Module):
    """Normalisation inside, channel by channel and at once, a bare matrix product, a softmax at the end."""

    side = 9

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 6, 3, stride=2)
        self.matrix = nn.Parameter(torch.zeros(6 * 16, CLASSES))
        self.offset = nn.Parameter(torch.zeros(CLASSES))
        self.register_buffer("mean", torch.tensor([0.485, 0.456, 0.406])[None, :, None, None])
        self.register_buffer("deviation", torch.tensor([0.229, 0.224, 0.225])[None, :, None, None])

    def logits(self, x):
        x = (x - self.mean) / self.deviation
        first = x[:, 0].unsqueeze(1) * 0.75 + 0.25
        x = F.relu(self.conv(torch.cat([first, x[:, 1:]], 1)))
        return x.view(x.shape[0], -1) @ self.matrix + self.offset

    def forward(self, x):
        return F.softmax(self.logits(x), 1)


class Cropped(nn.Module):
    """Nothing padded, the shortcut cropped at the bottom and right, the mean as a pool over the whole map."""

    side = 20

    def __init__(self):
        super().__init__()
        self.stem, self.norm0 = nn.Conv2d(3, 4, 3, bias=False), nn.BatchNorm2d(4)
        self.conv, self.norm = nn.Conv2d(4, 4, 3, stride=2, bias=False), nn.BatchNorm2d(4)
        self.down, self.fc = nn.Conv2d(4, 4, 1, stride=2), nn.Linear(4, CLASSES)

    def forward(self, x):
        x = F.relu(self.norm0(self.stem(x)))
        x = F.relu(self.norm(self.conv(x)) + self.down(x)[:, :, :-1, :-1])
        return self.fc(nn.AvgPool2d(8, stride=1)(x).view(x.shape[0], -1))


class Padded(nn.Module):
    """Padding of its own: before a convolution, before pools, on one side more than on the other."""

    side = 11

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 5, 3, stride=2), nn.Conv2d(5, CLASSES, 2)

    def forward(self, x):
        x = self.first(F.pad(x, (0, 1, 1, 2)))
        x = F.max_pool2d(F.pad(x, (1, 0, 0, 1)), 2)
        x = F.avg_pool2d(F.pad(x, (0, 1, 0, 0)), 3, stride=2, padding=1)
        return self.second(x).mean([2, 3])


def prepared(module):
    """The module in evaluation mode with parameters from their names, batch norms far from the identity."""
    for name, tensor in module.state_dict().items():
        if name in ("mean", "deviation") or name.endswith("tracked"):
            continue
        unit = torch.from_numpy(value(name, tensor.numel())).reshape(tensor.shape)
        if name.endswith("running_var"):
            tensor.copy_(0.5 + unit)
        elif tensor.dim() == 1:
            tensor.copy_(unit - 0.25)
        else:
            tensor.copy_((2 * unit - 1) * (6 * tensor.shape[0] / tensor.numel()) ** 0.5)
    return module.eval()


def cleaned(path, external=None):
    """Takes out what the exporter says about its machine."""
    model = onnx.load(path)
    model.doc_string = ""
    del model.metadata_props[:]
    model.graph.doc_string = ""
    del model.graph.metadata_props[:]
    del model.graph.value_info[:]
    for node in model.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    for entry in [*model.graph.input, *model.graph.output, *model.graph.initializer]:
        del entry.metadata_props[:]
        entry.doc_string = ""
    if external:
        onnx.save(model, path, save_as_external_data=True, location=external, size_threshold=0)
    else:
        onnx.save(model, path)


def expectation(file, module, side):
    """Logits of two pictures and the gradient of `sum(logits · direction)`, in double precision."""
    pixels = torch.from_numpy(value("pixels", 2 * 3 * side * side)).reshape(2, 3, side, side).requires_grad_()
    exact = module.double()
    logits = getattr(exact, "logits", exact)(pixels)
    direction = torch.from_numpy(2 * value("direction", logits.numel()) - 1).reshape(logits.shape)
    (logits * direction).sum().backward()
    module.float()
    numbers = lambda tensor: [float(f"{number:.7g}") for number in tensor.flatten().tolist()]
    return {"file": file, "side": side, "logits": numbers(logits), "gradient": numbers(pixels.grad.flatten()[::7])}


def export(module, file, dynamo, batch=False, opset=None, external=None):
    path = os.path.join(FOLDER, file)
    if batch and dynamo:
        options = {"dynamic_shapes": ({0: torch.export.Dim("batch")},)}
    elif batch:
        options = {"dynamic_axes": {"pixels": {0: "batch"}}}
    else:
        options = {}
    if not dynamo:
        options["input_names"] = ["pixels"]
    if opset:
        options["opset_version"] = opset
    pixels = torch.rand(2 if batch else 1, 3, module.side, module.side)
    with contextlib.redirect_stdout(io.StringIO()):
        torch.onnx.export(module, (pixels,), path, dynamo=dynamo, **options)
    cleaned(path, external)
    if not external and os.path.exists(path + ".data"):
        os.remove(path + ".data")
    return expectation(file, module, module.side)


class Same(nn.Module):
    """What auto_pad computes, with the pads written out."""

    side = 10

    def __init__(self, upper):
        super().__init__()
        self.pads = (0, 1, 0, 1) if upper else (1, 0, 1, 0)
        self.conv, self.fc = nn.Conv2d(3, 4, 3, stride=2), nn.Linear(4, CLASSES)

    def forward(self, x):
        return self.fc(F.relu(self.conv(F.pad(x, self.pads))).mean([2, 3]))


def by_hand(file, upper):
    """auto_pad, weights in typed fields (one in fp16's bits), Gemm the other way round with alpha and beta."""
    module = prepared(Same(upper))
    state = module.state_dict()
    with torch.no_grad():
        state["conv.bias"].copy_(state["conv.bias"].half().float())
    typed = lambda name, tensor, kind=TensorProto.FLOAT: helper.make_tensor(
        name, kind, list(tensor.shape), tensor.flatten().tolist())
    tensors = [
        typed("w", state["conv.weight"]), typed("b16", state["conv.bias"], TensorProto.FLOAT16),
        typed("m", state["fc.weight"].t().contiguous() / 2), typed("c", state["fc.bias"] * 4),
        helper.make_tensor("axes", TensorProto.INT64, [2], [-1, -2]),
    ]
    nodes = [
        helper.make_node("Cast", ["b16"], ["b"], to=TensorProto.FLOAT),
        helper.make_node("Conv", ["x", "w", "b"], ["y"], strides=[2, 2],
                         auto_pad="SAME_UPPER" if upper else "SAME_LOWER"),
        helper.make_node("Relu", ["y"], ["z"]),
        helper.make_node("ReduceMean", ["z", "axes"], ["p"]),
        helper.make_node("Squeeze", ["p", "axes"], ["v"]),
        helper.make_node("Gemm", ["v", "m", "c"], ["l"], alpha=2.0, beta=0.25),
    ]
    graph = helper.make_graph(
        nodes, "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 3, 10, 10])],
        [helper.make_tensor_value_info("l", TensorProto.FLOAT, ["n", CLASSES])], tensors)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8),
              os.path.join(FOLDER, file))
    return expectation(file, module, module.side)


def all_models():
    torch.manual_seed(0)
    os.makedirs(FOLDER, exist_ok=True)
    for module in (Classic, Dense, Excite, Shuffle, Baked, Cropped, Padded):
        module = prepared(module())
        name = type(module).__name__.lower()
        for dynamo in (False, True):
            kind = "dynamo" if dynamo else "script"
            yield export(module, f"{name}-{kind}.onnx", dynamo)
            if name in ("classic", "shuffle", "baked"):
                yield export(module, f"{name}-{kind}-batch.onnx", dynamo, batch=True)
    yield export(prepared(Classic()), "classic-opset9.onnx", False, opset=9)
    yield export(prepared(Padded()), "padded-opset10.onnx", False, opset=10)
    yield export(prepared(Dense()), "dense-external.onnx", True, external="dense-external.onnx.data")
    yield by_hand("same-upper.onnx", True)
    yield by_hand("same-lower.onnx", False)


models = list(all_models())
with open(os.path.join(HERE, "onnx.json"), "w") as file:
    file.write('{"models": [\n' + ",\n".join(json.dumps(model, separators=(",", ":")) for model in models) + "\n]}\n")
for name in sorted(os.listdir(FOLDER)):
    print(os.path.getsize(os.path.join(FOLDER, name)), name)
