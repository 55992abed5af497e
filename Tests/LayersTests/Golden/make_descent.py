"""Writes descent.json beside itself: three steps of PyTorch's SGD on two parameters, in fp32."""

import json
import os

import torch

torch.manual_seed(20190401)


def grid(*shape):
    """Random multiples of 1/64: exact in fp32 and short as text."""
    return (torch.randn(*shape) * 64).round() / 64


def packed(tensor):
    return {"shape": list(tensor.shape), "values": [float(f"{v:.9g}") for v in tensor.flatten().tolist()]}


def case(name, **settings):
    """Three steps with given gradients; the learning rate is halved before the third."""
    parameters = {"conv.weight": grid(2, 3, 2, 2), "conv.bias": grid(2)}
    parameters = {key: torch.nn.Parameter(value) for key, value in parameters.items()}
    optimiser = torch.optim.SGD(parameters.values(), **settings)
    start = {key: packed(value.detach()) for key, value in parameters.items()}
    steps = []
    for number in range(3):
        if number == 2:
            for group in optimiser.param_groups:
                group["lr"] /= 2
        for value in parameters.values():
            value.grad = grid(*value.shape)
        optimiser.step()
        velocities = {
            key: optimiser.state[value].get("momentum_buffer") for key, value in parameters.items()}
        steps.append({
            "learning_rate": optimiser.param_groups[0]["lr"],
            "gradients": {key: packed(value.grad) for key, value in parameters.items()},
            "parameters": {key: packed(value.detach()) for key, value in parameters.items()},
            "velocities": {key: packed(value) for key, value in velocities.items() if value is not None},
        })
    return {
        "name": name, "momentum": settings.get("momentum", 0),
        "weight_decay": settings.get("weight_decay", 0), "nesterov": settings.get("nesterov", False),
        "start": start, "steps": steps,
    }


CASES = [
    case("plain", lr=0.1),
    case("decay alone", lr=0.1, weight_decay=0.01),
    case("momentum", lr=0.05, momentum=0.9),
    case("momentum and decay", lr=0.05, momentum=0.9, weight_decay=1e-2),
    case("nesterov", lr=0.05, momentum=0.9, weight_decay=5e-4, nesterov=True),
]

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "descent.json")
with open(path, "w") as file:
    file.write('{\n"torch": "%s",\n"cases": [\n' % torch.__version__)
    file.write(",\n".join(json.dumps(item, separators=(",", ":")) for item in CASES))
    file.write("\n]\n}\n")
