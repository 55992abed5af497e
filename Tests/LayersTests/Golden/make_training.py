"""Writes training.json beside itself: PyTorch's learning rate schedules, and a tiny network trained for eight steps
by all that a recipe can ask for: Nesterov's step with weight decay on weights alone, one cycle of learning rate and
momentum, label smoothing, batch norm in training mode, averages of parameters and running statistics."""

import json
import os

import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

torch.manual_seed(20190402)


def grid(*shape):
    """Random multiples of 1/64: exact in fp32 and short as text."""
    return (torch.randn(*shape) * 64).round() / 64


def packed(tensor):
    return {"shape": list(tensor.shape), "values": [float(f"{v:.9g}") for v in tensor.flatten().tolist()]}


def curve(name, steps, make, settings):
    weight = torch.nn.Parameter(torch.zeros(1))
    optimiser = torch.optim.SGD([weight], lr=settings["peak"], momentum=0.9)
    scheduler = make(optimiser)
    rates, momenta = [], []
    for _ in range(steps):
        rates.append(optimiser.param_groups[0]["lr"])
        momenta.append(optimiser.param_groups[0]["momentum"])
        optimiser.step()
        scheduler.step() if len(rates) < steps else None
    return {"name": name, "steps": steps, "rates": rates, "momenta": momenta, **settings}


def one_cycle(name, steps, peak, rise=0.3, start=25.0, end=1e4, anneal="cosine", momenta=None):
    low, high = momenta or (0.85, 0.95)
    return curve(
        name, steps,
        lambda optimiser: torch.optim.lr_scheduler.OneCycleLR(
            optimiser, peak, total_steps=steps, pct_start=rise, div_factor=start, final_div_factor=end,
            anneal_strategy={"cosine": "cos"}.get(anneal, anneal), cycle_momentum=momenta is not None,
            base_momentum=low, max_momentum=high),
        {"peak": peak, "rise": rise, "start": start, "end": end, "anneal": anneal, "cycled": momenta})


def warm_cosine(name, steps, peak, warm, start, least):
    def make(optimiser):
        cosine = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps - warm, eta_min=least)
        if warm == 0:
            return cosine
        rise = torch.optim.lr_scheduler.LinearLR(optimiser, start_factor=start, total_iters=warm)
        return torch.optim.lr_scheduler.SequentialLR(optimiser, [rise, cosine], milestones=[warm])
    return curve(name, steps, make, {"peak": peak, "rise": warm / steps, "start": start, "least": least})


def network():
    model = torch.nn.Sequential(
        torch.nn.Conv2d(3, 4, 3, bias=True), torch.nn.BatchNorm2d(4), torch.nn.ReLU(), torch.nn.Flatten(),
        torch.nn.Linear(36, 3))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(grid(*parameter.shape) / (2 if parameter.dim() > 1 else 1))
    return model


NAMES = {"0": "conv", "1": "norm", "4": "fc"}


def state(model):
    result = {}
    for key, value in model.state_dict().items():
        if not key.endswith("num_batches_tracked"):
            place, rest = key.split(".", 1)
            result[f"{NAMES[place]}.{rest}"] = packed(value)
    return result


def training(steps=8, batch=6):
    model = network()
    start = state(model)
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.7), use_buffers=True)
    groups = [
        {"params": [p for p in model.parameters() if p.dim() > 1], "weight_decay": 0.05},
        {"params": [p for p in model.parameters() if p.dim() == 1], "weight_decay": 0.0}]
    optimiser = torch.optim.SGD(groups, lr=0.1, momentum=0.9, nesterov=True)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, 0.1, total_steps=steps, pct_start=0.4, div_factor=10, final_div_factor=100,
        cycle_momentum=True, base_momentum=0.8, max_momentum=0.9)
    taken = []
    for number in range(steps):
        images, labels = grid(batch, 3, 5, 5), torch.randint(0, 3, (batch,))
        optimiser.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(images), labels, label_smoothing=0.1)
        loss.backward()
        optimiser.step()
        if number + 1 < steps:
            scheduler.step()
        average.update_parameters(model)
        taken.append({"images": packed(images), "labels": labels.tolist(), "loss": loss.item()})
    return {"start": start, "steps": taken, "end": state(model), "average": state(average.module)}


RESULT = {
    "torch": torch.__version__,
    "one_cycle": [
        one_cycle("defaults", 100, 0.15),
        one_cycle("linear", 37, 1.0, rise=0.25, start=10.0, end=100.0, anneal="linear"),
        one_cycle("with momentum", 50, 0.3, rise=0.4, momenta=(0.8, 0.95)),
        one_cycle("rise on no whole step", 7, 0.1, rise=0.45),
    ],
    "warm_cosine": [
        warm_cosine("no rise", 20, 0.2, 0, 0.01, 0.0),
        warm_cosine("rise", 40, 0.5, 8, 0.01, 0.001),
        warm_cosine("long rise", 11, 0.1, 7, 0.25, 0.0),
    ],
    "training": training(),
}

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "training.json")
with open(path, "w") as file:
    json.dump(RESULT, file, separators=(",", ":"))
    file.write("\n")
