"""Writes layers.json beside itself: small layers' outputs and gradients by PyTorch, in double precision."""

import json
import os

import torch
import torch.nn.functional as F

torch.manual_seed(20190401)
torch.set_default_dtype(torch.float64)


def grid(*shape, spread=1.0):
    """Random multiples of 1/64: exact in fp32 and short as text."""
    return (torch.randn(*shape) * 64 * spread).round() / 64


def spaced(*shape):
    """Distinct multiples of 1/16 in random order: no ties, so that the greatest is beyond doubt."""
    count = 1
    for size in shape:
        count *= size
    return ((torch.randperm(count) - count // 2) / 16 + 1 / 32).reshape(shape)


def packed(tensor):
    """Shape and values, to seven digits; what fp32 cannot tell from zero is zero."""
    values = [float(f"{value:.7g}") if abs(value) > 1e-30 else 0 for value in tensor.detach().flatten().tolist()]
    values = [int(value) if value == int(value) else value for value in values]
    return {"shape": list(tensor.shape), "values": values}


def case(name, inputs, parameters, function, **settings):
    """Runs `function(inputs, parameters)` and its pullback from a random gradient."""
    inputs = [tensor.requires_grad_() for tensor in inputs]
    parameters = {key: tensor.requires_grad_() for key, tensor in parameters.items()}
    output = function(inputs, parameters)
    gradient = grid(*output.shape)
    (output * gradient).sum().backward()
    return {
        "name": name,
        "settings": settings,
        "inputs": [packed(tensor) for tensor in inputs],
        "parameters": {key: packed(tensor) for key, tensor in parameters.items()},
        "output": packed(output),
        "output_gradient": packed(gradient),
        "input_gradients": [packed(tensor.grad) for tensor in inputs],
        "parameter_gradients": {key: packed(tensor.grad) for key, tensor in parameters.items()},
    }


def convolution(
    name, input_shape, outputs, kernel, stride=(1, 1), pads=(0, 0, 0, 0), dilation=(1, 1), groups=1,
    bias=True, shortcut=None, clip=None,
):
    """`pads` are top, bottom, left, right; `shortcut` is a shape cropped to the output's; `clip` two bounds."""
    parameters = {"weight": grid(outputs, input_shape[1] // groups, *kernel, spread=0.5)}
    if bias:
        parameters["bias"] = grid(outputs)
    inputs = [grid(*input_shape)] + ([grid(*shortcut)] if shortcut else [])

    def function(inputs, parameters):
        top, bottom, left, right = pads
        result = F.conv2d(
            F.pad(inputs[0], (left, right, top, bottom)), parameters["weight"], parameters.get("bias"),
            stride=stride, dilation=dilation, groups=groups)
        if shortcut:
            result = result + inputs[1][:, :, : result.shape[2], : result.shape[3]]
        if clip:
            result = F.relu(result) if clip[1] is None else F.hardtanh(result, clip[0], clip[1])
        return result

    return case(
        name, inputs, parameters, function, stride=stride, pads=pads, dilation=dilation, groups=groups,
        shortcut=bool(shortcut), clip=clip)


def convolutions():
    return [
        convolution("pointwise", (2, 3, 4, 5), 4, (1, 1)),
        convolution("pointwise without bias", (1, 5, 3, 3), 2, (1, 1), bias=False),
        convolution("pointwise with stride", (2, 3, 5, 6), 3, (1, 1), stride=(2, 2), bias=False),
        convolution("pointwise in groups", (2, 4, 3, 3), 6, (1, 1), groups=2),
        convolution("3 x 3", (2, 3, 6, 5), 4, (3, 3)),
        convolution("3 x 3 with stride and padding", (2, 2, 7, 6), 3, (3, 3), (2, 2), (1, 1, 1, 1)),
        convolution("7 x 7 with stride 2 and padding 3", (1, 3, 11, 9), 2, (7, 7), (2, 2), (3, 3, 3, 3), bias=False),
        convolution("dilated", (1, 2, 8, 7), 2, (3, 3), pads=(2, 2, 2, 2), dilation=(2, 2)),
        convolution("in groups", (1, 4, 6, 6), 6, (3, 3), pads=(1, 1, 1, 1), groups=2),
        convolution("depthwise with stride", (2, 4, 6, 5), 4, (3, 3), (2, 2), (1, 1, 1, 1), groups=4),
        convolution("depthwise twice over", (1, 3, 5, 5), 6, (3, 3), groups=3),
        convolution(
            "different along each axis", (1, 2, 9, 8), 3, (3, 2), (2, 1), (2, 0, 1, 1), (1, 3)),
        convolution("padded more after than before", (1, 2, 6, 6), 2, (3, 3), (2, 2), (0, 1, 0, 1)),
        convolution("window as large as the input", (2, 3, 3, 4), 5, (3, 4)),
        convolution(
            "with cropped shortcut and ReLU", (2, 3, 6, 7), 4, (3, 3), shortcut=(2, 4, 6, 7), clip=(0, None)),
        convolution("with equal shortcut", (2, 3, 4, 4), 4, (1, 1), shortcut=(2, 4, 4, 4)),
        convolution(
            "with wider shortcut and ReLU6", (1, 3, 4, 4), 4, (1, 1), shortcut=(1, 4, 4, 6), clip=(0, 6)),
        convolution("without bias, with ReLU", (1, 3, 5, 5), 3, (3, 3), bias=False, clip=(0, None)),
    ]


def batch_norms():
    cases = []
    for training in (False, True):
        mean, variance = grid(3), grid(3).abs() + 0.5
        before = {"running_mean": packed(mean), "running_var": packed(variance)}

        def function(inputs, parameters):
            return F.batch_norm(
                inputs[0], mean, variance, parameters["weight"], parameters["bias"], training=training,
                momentum=0.1, eps=1e-5)

        made = case(
            "training" if training else "evaluation", [grid(3, 3, 3, 4) + 0.5],
            {"weight": grid(3), "bias": grid(3)}, function, training=training)
        made["parameters"].update(before)
        made["running_after"] = {"running_mean": packed(mean), "running_var": packed(variance)}
        cases.append(made)
    return cases


def clips():
    def clip(name, low, high, function):
        inputs = grid(2, 2, 3, 4, spread=3)
        inputs[0, 0, 0, :] = torch.tensor([0.0, 6.0, -1.0, 7.0])
        return case(name, [inputs], {}, lambda inputs, _: function(inputs[0]), low=low, high=high)

    return [clip("ReLU", 0, None, F.relu), clip("ReLU6", 0, 6, F.relu6)]


def max_pools():
    def pool(name, shape, kernel, stride, padding=0, dilation=1, ceil=False, tied=False):
        inputs = grid(*shape).round() if tied else spaced(*shape)
        return case(
            name, [inputs], {},
            lambda inputs, _: F.max_pool2d(inputs[0], kernel, stride, padding, dilation, ceil),
            kernel=kernel, stride=stride, padding=padding, dilation=dilation, ceil=ceil)

    return [
        pool("3 / 2 padded by 1", (2, 2, 7, 6), 3, 2, 1),
        pool("3 / 2 rounded up", (2, 2, 6, 7), 3, 2, ceil=True),
        pool("2 / 2", (1, 2, 5, 4), 2, 2),
        pool("3 / 1 dilated", (1, 2, 7, 7), 3, 1, 1, 2),
        pool("3 / 3 rounded up and padded", (1, 2, 5, 8), 3, 3, 1, ceil=True),
        pool("2 / 3 rounded up, last window dropped", (1, 1, 7, 6), 2, 3, 1, ceil=True),
        pool("with ties", (1, 2, 6, 6), 3, 2, 1, tied=True),
    ]


def average_pools():
    def pool(name, shape, kernel, stride, padding=0, ceil=False, counted=True):
        return case(
            name, [grid(*shape)], {},
            lambda inputs, _: F.avg_pool2d(inputs[0], kernel, stride, padding, ceil, counted),
            kernel=kernel, stride=stride, padding=padding, ceil=ceil, counted=counted)

    return [
        pool("2 / 2", (2, 2, 6, 5), 2, 2),
        pool("3 / 2 padded, padding counted", (1, 2, 7, 6), 3, 2, 1),
        pool("3 / 2 padded, padding not counted", (1, 2, 7, 6), 3, 2, 1, counted=False),
        pool("3 / 2 rounded up", (1, 2, 6, 6), 3, 2, ceil=True),
        pool("3 / 2 rounded up and padded, padding counted", (1, 2, 6, 8), 3, 2, 1, ceil=True),
        pool("3 / 2 rounded up and padded, padding not counted", (1, 2, 6, 8), 3, 2, 1, True, False),
    ]


def adaptive_average_pools():
    def pool(name, shape, rows, columns):
        return case(
            name, [grid(*shape)], {}, lambda inputs, _: F.adaptive_avg_pool2d(inputs[0], (rows, columns)),
            rows=rows, columns=columns)

    return [
        pool("grid that divides the input", (2, 2, 6, 8), 3, 2),
        pool("rectangles that share cells", (2, 2, 7, 5), 3, 4),
        pool("grid larger than the input", (1, 2, 2, 3), 5, 7),
        pool("one row of cells", (1, 3, 4, 9), 1, 6),
    ]


def others():
    mean, deviation = torch.tensor([0.5, 0.25, 0.375]), torch.tensor([0.25, 0.5, 0.125])
    return {
        "global_average_pool": [
            case("mean", [grid(2, 3, 4, 5)], {}, lambda inputs, _: F.adaptive_avg_pool2d(inputs[0], 1))
        ],
        "linear": [
            case(
                "with bias", [grid(3, 7)], {"weight": grid(5, 7), "bias": grid(5)},
                lambda inputs, p: F.linear(inputs[0], p["weight"], p["bias"])),
            case(
                "without bias", [grid(1, 4)], {"weight": grid(3, 4)},
                lambda inputs, p: F.linear(inputs[0], p["weight"])),
        ],
        "add": [
            case("equal", [grid(2, 2, 3, 3), grid(2, 2, 3, 3)], {}, lambda inputs, _: inputs[0] + inputs[1]),
            case(
                "cropped", [grid(2, 2, 3, 3), grid(2, 2, 5, 4)], {},
                lambda inputs, _: inputs[0] + inputs[1][:, :, :3, :3]),
        ],
        "concatenation": [
            case(
                "three maps", [grid(2, 1, 3, 2), grid(2, 3, 3, 2), grid(2, 2, 3, 2)], {},
                lambda inputs, _: torch.cat(inputs, 1))
        ],
        "flatten": [case("map", [grid(2, 3, 2, 2)], {}, lambda inputs, _: torch.flatten(inputs[0], 1))],
        "normalisation": [
            case(
                "picture", [grid(2, 3, 2, 3)], {},
                lambda inputs, _: (inputs[0] - mean[:, None, None]) / deviation[:, None, None],
                mean=mean.tolist(), deviation=deviation.tolist())
        ],
    }


def losses():
    def loss(name, logits, classes, smoothing, function):
        logits.requires_grad_()
        values = function(logits, torch.tensor(classes))
        values.sum().backward()
        return {
            "name": name, "logits": packed(logits), "classes": classes, "smoothing": smoothing,
            "values": packed(values), "gradient": packed(logits.grad),
        }

    def margin(logits, classes):
        chosen = logits.gather(1, classes[:, None])
        others = logits.scatter(1, classes[:, None], float("-inf"))
        return others.max(1).values - chosen[:, 0]

    def entropy(smoothing):
        return lambda logits, classes: F.cross_entropy(
            logits, classes, reduction="none", label_smoothing=smoothing)

    return [
        loss("cross-entropy", grid(4, 6, spread=3), [0, 5, 2, 2], 0, entropy(0)),
        loss("cross-entropy, smoothed", grid(4, 6, spread=3), [1, 3, 4, 0], 0.1, entropy(0.1)),
        loss("cross-entropy of great logits", grid(2, 3) * 512, [0, 1], 0, entropy(0)),
        loss("margin", spaced(4, 6), [0, 5, 2, 2], None, margin),
    ]


def from_graphs():
    """Layers that imported graphs have."""
    return {
        "multiply": [
            case("one shape", [grid(2, 3, 2, 4), grid(2, 3, 2, 4)], {}, lambda inputs, _: inputs[0] * inputs[1]),
            case("a factor a channel", [grid(2, 3, 3, 2), grid(2, 3, 1, 1)], {},
                 lambda inputs, _: inputs[0] * inputs[1]),
        ],
        "sigmoid": [
            case("both sides", [grid(2, 3, 2, 4, spread=4)], {}, lambda inputs, _: torch.sigmoid(inputs[0])),
            case("far out", [grid(2, 3, spread=30)], {}, lambda inputs, _: torch.sigmoid(inputs[0])),
        ],
        "leaky_relu": [
            case("around zero", [torch.cat([grid(2, 3, 2, 4), torch.zeros(2, 3, 2, 1)], 3)], {},
                 lambda inputs, _: F.leaky_relu(inputs[0], 0.125), slope=0.125),
        ],
        "zero_pad": [
            case("four sides", [grid(2, 2, 2, 3)], {}, lambda inputs, _: F.pad(inputs[0], (2, 0, 1, 3)),
                 top=1, left=2, bottom=3, right=0),
        ],
        "reshape": [
            case("groups", [grid(2, 6, 2, 2)], {}, lambda inputs, _: inputs[0].reshape(2, 3, 2, 2, 2),
                 dimensions=[3, 2, 2, 2]),
        ],
        "permutation": [
            case("channel shuffle", [grid(2, 2, 3, 2, 2)], {}, lambda inputs, _: inputs[0].permute(0, 2, 1, 3, 4),
                 order=[1, 0, 2, 3]),
            case("all dimensions", [grid(2, 2, 3, 4)], {}, lambda inputs, _: inputs[0].permute(0, 3, 1, 2),
                 order=[2, 0, 1]),
        ],
        "slice": [
            case("channels", [grid(2, 5, 2, 3)], {}, lambda inputs, _: inputs[0][:, 1:4],
                 dimension=1, start=1, end=4),
            case("columns", [grid(2, 2, 2, 5)], {}, lambda inputs, _: inputs[0][..., 2:], dimension=3, start=2, end=5),
        ],
    }


document = {
    "torch": torch.__version__,
    "convolution": convolutions(),
    "batch_norm": batch_norms(),
    "clip": clips(),
    "max_pool": max_pools(),
    "average_pool": average_pools(),
    **others(),
    "loss": losses(),
    "adaptive_average_pool": adaptive_average_pools(),
    **from_graphs(),
}
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "layers.json")
with open(path, "w") as file:
    file.write("{\n" + ",\n".join(
        f'"{key}": {json.dumps(value, separators=(",", ":"))}' for key, value in document.items()) + "\n}\n")
print(f"{os.path.getsize(path)} bytes")
