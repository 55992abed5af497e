"""Compares Patchwork's logits and input gradients with PyTorch's, for every architecture and every file format.

Each network gets seeded random weights at its published width, batch-norm statistics included, is saved in every
format with a model card, and classifies seeded random pictures. The table shows the greatest difference of a logit
(over pictures of two sizes, one for ONNX, whose exporters fix it), and of the gradient of a picture's greatest logit
with respect to the pixels, each relative to the greatest value. PyTorch computes in double precision; the first
column shows how far its own single precision is from that.

Where a ReLU's input still rounds to the other side of zero (see settling.py), the gradient is off by far more than
rounding, in PyTorch too. So a gradient above the limit is taken of another picture, up to three: such a ReLU is not
met on each, an error of Patchwork's would be. The table says where another picture was needed.

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

from peers import (
    ARCHITECTURES, BINARY, class_names, gradient_difference, network, patchwork, randomise, worst_difference,
    write_card, write_pictures)
from settling import settle
from tables import table

MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
# Gradients are taken of one of the first three, and ONNX files are exported for their size.
SIZES = [(224, 224)] * 3 + [(193, 160)]
GRADIENT_PICTURES = 3
# Those whose logits are compared, the last by formats that fix no size.
LOGIT_PICTURES = [0, 3]


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


def apart(found, expected):
    """The greatest |difference| / greatest |value|."""
    return ((found - expected).abs().max() / expected.abs().max()).item()


def normalised(pixels):
    mean, std = (torch.tensor(values, dtype=pixels.dtype)[:, None, None] for values in (MEAN, STD))
    return (pixels - mean) / std


class Case:
    """One network with pictures and what PyTorch makes of them."""

    def __init__(self, architecture, options, folder):
        self.architecture, self.options, self.folder = architecture, options, folder
        self.paths, self.pixels = zip(*write_pictures(folder, SIZES, options.seed))
        self.model = randomise(network(architecture), options.seed)
        if architecture.startswith("densenet") or architecture.endswith("_bn"):
            settle(self.model, torch.stack([normalised(each) for each in self.pixels[:GRADIENT_PICTURES]]), options.seed)
        self.state = {name: value.clone() for name, value in self.model.state_dict().items()}
        # In double precision, so that PyTorch's own rounding is no part of the difference.
        self.expected = [self.logits(self.pixels[number].double()) for number in LOGIT_PICTURES]
        self.own_logits = apart(self.logits(self.pixels[LOGIT_PICTURES[0]]), self.expected[0])
        self.classes = class_names(self.expected[0].numel())
        self.gradients = {}

    def logits(self, pixels):
        """The network's answer in the pixels' precision."""
        return self.model.to(pixels.dtype)(normalised(pixels)[None])[0]

    def gradient(self, number):
        """The top class of a picture, its logit's gradient, and how far that is in single precision."""
        if number not in self.gradients:
            pixels = self.pixels[number].double().requires_grad_()
            logits = self.logits(pixels)
            top = logits.argmax().item()
            exact, = torch.autograd.grad(logits[top], pixels)
            pixels = self.pixels[number].clone().requires_grad_()
            single, = torch.autograd.grad(self.logits(pixels)[top], pixels)
            self.gradients[number] = top, exact, apart(single, exact)
        return self.gradients[number]

    def gradient_difference(self, card):
        """The difference of the first picture that is below the limit, else the least, with the picture's number."""
        tried = []
        for number in range(GRADIENT_PICTURES):
            top, exact, _ = self.gradient(number)
            tried.append((gradient_difference(
                self.options.patchwork, card, self.paths[number], self.classes[top], exact,
                self.options.threads), number))
            if tried[-1][0] <= self.options.gradients:
                break
        return min(tried)

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
        gradient, number = self.gradient_difference(card)
        for left in self.folder.glob(f"{path.stem}*"):
            left.unlink()
        return logits, gradient, number

    def own_cell(self):
        """PyTorch's own single precision: of logits, and of the gradient of every picture that was needed."""
        own = ", ".join(f"{difference:.1e}" for _, _, difference in self.gradients.values())
        return f"{self.own_logits:.1e} / {own}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--architecture", nargs="+", default=ARCHITECTURES, choices=ARCHITECTURES)
    parser.add_argument("--formats", nargs="+", default=list(FORMATS), choices=list(FORMATS))
    parser.add_argument("--patchwork", type=pathlib.Path, default=BINARY, help="the release binary")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--logits", type=float, default=1e-4, help="the greatest difference allowed")
    parser.add_argument("--gradients", type=float, default=1e-3, help="the greatest difference allowed")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    # Each row is printed when it is known.
    for line in table(["logits / gradients", "PyTorch fp32", *options.formats], [], markdown=True):
        print(line, flush=True)
    worst = [0.0, 0.0]
    for architecture in options.architecture:
        with tempfile.TemporaryDirectory() as folder:
            case = Case(architecture, options, pathlib.Path(folder))
            found = [case.differences(label) for label in options.formats]
        worst = [max(before, *now) for before, now in zip(worst, zip(*found))]
        cells = [
            f"{logits:.1e} / {gradient:.1e}" + (f" (picture {number + 1})" if number else "")
            for logits, gradient, number in found]
        print("| " + " | ".join([architecture, case.own_cell(), *cells]) + " |", flush=True)
    held = worst[0] <= options.logits and worst[1] <= options.gradients
    print(
        f"\nworst {worst[0]:.1e} / {worst[1]:.1e}, limits {options.logits:.0e} / {options.gradients:.0e}: "
        f"{'held' if held else 'NOT held'}")
    raise SystemExit(0 if held else 1)


if __name__ == "__main__":
    main()
