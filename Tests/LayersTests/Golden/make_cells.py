"""Writes cells.json beside itself: layers that mix the channels of one cell, by PyTorch in double precision."""

import json
import os

import torch

torch.manual_seed(20080901)
torch.set_default_dtype(torch.float64)


def grid(*shape, spread=1.0):
    """Random multiples of 1/64: exact in fp32 and short as text."""
    return (torch.randn(*shape) * 64 * spread).round() / 64


def packed(tensor):
    """Shape and values, to nine digits; what fp32 cannot tell from zero is zero."""
    values = [float(f"{value:.9g}") if abs(value) > 1e-30 else 0 for value in tensor.detach().flatten().tolist()]
    return {"shape": list(tensor.shape), "values": values}


def case(name, inputs, function):
    inputs = inputs.requires_grad_()
    output = function(inputs)
    gradient = grid(*output.shape)
    (output * gradient).sum().backward()
    return {
        "name": name,
        "settings": {},
        "inputs": [packed(inputs)],
        "parameters": {},
        "output": packed(output),
        "output_gradient": packed(gradient),
        "input_gradients": [packed(inputs.grad)],
        "parameter_gradients": {},
    }


def normalised(cells):
    return cells / torch.sqrt(1 + (cells * cells).sum(1, keepdim=True))


def assigned(cells):
    return torch.softmax(cells, 1)


document = {
    "cell_normalisation": [
        case("weak and strong cells", grid(2, 5, 3, 4, spread=2), normalised),
        case("one channel", grid(1, 1, 2, 3), normalised),
        case("more cells than a run holds", grid(2, 3, 13, 11), normalised),
    ],
    "channel_softmax": [
        case("plain", grid(2, 6, 3, 4, spread=2), assigned),
        case("one channel", grid(1, 1, 2, 3), assigned),
        case("more cells than a run holds", grid(2, 3, 13, 11, spread=3), assigned),
        case("sharp", grid(1, 4, 2, 5, spread=40), assigned),
    ],
}
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "cells.json")
with open(path, "w") as file:
    json.dump(document, file, separators=(",", ":"))
    file.write("\n")
print(f"{os.path.getsize(path)} bytes")
