"""Compares Patchwork's logits and input gradients with PyTorch's, for every architecture and every file format.

Each network gets seeded random weights at its published width, batch-norm statistics included, is saved in every
format with a model card, and classifies seeded random pictures. The table shows the greatest difference of a logit
(over pictures of two sizes, one for ONNX, whose exporters fix it), and of the gradient of a picture's greatest logit
with respect to the pixels, each relative to the greatest value. PyTorch computes in double precision; the first
column shows how far its own single precision is from that.

A gradient jumps where a ReLU or a max pool decides otherwise, and some decisions are nearer than rounding (decisions.py).
So the weights are settled to have few (settling.py; --plain leaves them as drawn), the picture is the one of those drawn
whose nearest decision is farthest, and a gradient is compared up to decisions within rounding, PyTorch's own too; the
table says how many it took.

    pip install torch torchvision safetensors pillow numpy onnx onnxscript efficientnet-lite-pytorch
    make build
    python Tests/Peers/parity.py

Exits 1 when a difference is above --logits or --gradients.
"""

import argparse
import pathlib
import re
import tempfile
import warnings

import safetensors.torch
import torch

from decisions import ExactGradient, apart, margins
from peers import (
    ARCHITECTURES, BINARY, IMPORTED, class_names, gradient, network, patchwork, randomise, worst_difference,
    write_card, write_pictures)
from settling import settle
from tables import table

MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
# The gradient is taken of one of the first, and ONNX files are exported for their size.
GRADIENT_PICTURES = 16
SIZES = [(224, 224)] * GRADIENT_PICTURES + [(193, 160)]
# So many settle the weights.
SETTLING_PICTURES = 3
# Those whose logits are compared, the last by formats that fix no size.
LOGIT_PICTURES = [0, GRADIENT_PICTURES]


def as_first_published(architecture, state):
    """The state with the keys of its time: torchvision's DenseNets were published with parts behind a dot."""
    if not architecture.startswith("densenet"):
        return state
    return {
        re.sub(r"(denselayer\d+\.(?:norm|conv))([12]\.)", r"\1.\2", key): value
        for key, value in state.items() if not key.endswith("num_batches_tracked")
    }


def save_legacy(case, path):
    state = as_first_published(case.architecture, case.state)
    torch.save(state, path, _use_new_zipfile_serialization=False)


def save_zip(case, path):
    torch.save(case.state, path)


def save_safetensors(case, path):
    safetensors.torch.save_file(case.state, path)


def export(dynamo):
    def save(case, path):
        case.model.float()
        width, height = SIZES[0]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                case.model, (torch.zeros(1, 3, height, width),), path, dynamo=dynamo, verbose=False)
    return save


# Column: file name, how it is saved, the card's architecture where it is not the network's own.
FORMATS = {
    "legacy": ("legacy.pth", save_legacy, None),
    "zip": ("zip.pth", save_zip, None),
    "safetensors": ("plain.safetensors", save_safetensors, None),
    # Written by `patchwork weights convert` from the safetensors.
    "converted": ("converted.safetensors", None, None),
    "onnx": ("script.onnx", export(dynamo=False), "onnx"),
    "onnx-dynamo": ("dynamo.onnx", export(dynamo=True), "onnx"),
}


def normalised(pixels):
    mean, std = (torch.tensor(values, dtype=pixels.dtype)[:, None, None] for values in (MEAN, STD))
    return (pixels - mean) / std


class Case:
    """One network with pictures and what PyTorch makes of them."""

    def __init__(self, architecture, options, folder):
        self.architecture, self.options, self.folder = architecture, options, folder
        self.paths, self.pixels = zip(*write_pictures(folder, SIZES, options.seed))
        self.model = randomise(network(architecture), options.seed)
        if not options.plain:
            settle(self.model, torch.stack([normalised(each) for each in self.pixels[:SETTLING_PICTURES]]), options.seed)
        self.state = {name: value.clone() for name, value in self.model.state_dict().items()}
        # In double precision, so that PyTorch's own rounding is no part of the difference.
        self.expected = [self.logits(self.pixels[number].double()) for number in LOGIT_PICTURES]
        self.classes = class_names(self.expected[0].numel())
        far = torch.cat([
            margins(self.logits, some) for some in torch.stack(self.pixels[:GRADIENT_PICTURES]).split(4)])
        self.number, self.margin = far.argmax().item(), far.max().item()
        pixels = self.pixels[self.number]
        self.gradient = ExactGradient(self.logits, pixels.double(), self.logits(pixels.double()).argmax().item())

    def logits(self, pixels):
        """The network's answer to [3, height, width] or a batch, in the pixels' precision."""
        pixels = normalised(pixels)
        model = self.model.to(pixels.dtype)
        return model(pixels) if pixels.dim() == 4 else model(pixels[None])[0]

    def differences(self, label):
        """The greatest differences of logits and of the gradient for one format."""
        file, save, architecture = FORMATS[label]
        path, card = self.folder / file, self.folder / f"{file}.json"
        if save:
            save(self, path)
            write_card(card, architecture or self.architecture, file, self.classes, {"mean": MEAN, "std": STD})
        else:
            source, save_source, _ = FORMATS["safetensors"]
            save_source(self, self.folder / source)
            write_card(card, self.architecture, source, self.classes, {"mean": MEAN, "std": STD})
            patchwork(self.options.patchwork, "weights", "convert", card, "--out", path)
            card = path
        compared = LOGIT_PICTURES[:1] if architecture == "onnx" else LOGIT_PICTURES
        logits = worst_difference(
            self.options.patchwork, card, [self.paths[number] for number in compared],
            self.expected[: len(compared)], self.classes, self.options.threads)
        found = gradient(
            self.options.patchwork, card, self.paths[self.number], self.classes[self.gradient.top],
            self.options.threads)
        for left in self.folder.glob(f"{path.stem}*"):
            left.unlink()
        return logits, self.gradient.difference(found, self.options.gradients)

    def own(self):
        """The same differences of PyTorch's single precision."""
        pixels = self.pixels[self.number].clone().requires_grad_()
        found, = torch.autograd.grad(self.logits(pixels)[self.gradient.top], pixels)
        logits = apart(self.logits(self.pixels[LOGIT_PICTURES[0]]), self.expected[0])
        return logits, self.gradient.difference(found, self.options.gradients)


def cell(found):
    """Differences of logits and gradient as the table shows them."""
    logits, (gradient, decisions) = found
    return f"{logits:.1e} / {gradient:.1e}" + (f" ({decisions})" if decisions else "")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    known = [*ARCHITECTURES, *IMPORTED]
    parser.add_argument("--architecture", nargs="+", default=known, choices=known, metavar="NAME")
    parser.add_argument("--formats", nargs="+", default=list(FORMATS), choices=list(FORMATS))
    parser.add_argument("--patchwork", type=pathlib.Path, default=BINARY, help="the release binary")
    parser.add_argument("--plain", action="store_true", help="keep the random weights as they are drawn")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--logits", type=float, default=1e-4, help="the greatest difference allowed")
    parser.add_argument("--gradients", type=float, default=1e-3, help="the greatest difference allowed")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    # Each row is printed when it is known.
    for line in table(["logits / gradients (decisions)", "margin", "PyTorch fp32", *options.formats], [], markdown=True):
        print(line, flush=True)
    worst = [0.0, 0.0]
    for architecture in options.architecture:
        with tempfile.TemporaryDirectory() as folder:
            case = Case(architecture, options, pathlib.Path(folder))
            labels = [
                label for label in options.formats
                if architecture not in IMPORTED or FORMATS[label][2] == "onnx"]
            found = {label: case.differences(label) for label in labels}
            own = case.own()
        worst = [max([before, *now]) for before, now in zip(
            worst, zip(*((logits, gradient) for logits, (gradient, _) in found.values())))]
        cells = [cell(found[label]) if label in found else "" for label in options.formats]
        print("| " + " | ".join([architecture, f"{case.margin:.0e}", cell(own), *cells]) + " |", flush=True)
    held = worst[0] <= options.logits and worst[1] <= options.gradients
    print(
        f"\nworst {worst[0]:.1e} / {worst[1]:.1e}, limits {options.logits:.0e} / {options.gradients:.0e}: "
        f"{'held' if held else 'NOT held'}")
    raise SystemExit(0 if held else 1)


if __name__ == "__main__":
    main()
