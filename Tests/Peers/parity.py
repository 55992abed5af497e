"""Compares Patchwork's logits with PyTorch's, for every architecture and every file format.

Each network gets seeded random weights at its published width, is saved in every format with a model card,
and classifies seeded random pictures of two sizes. The table shows the greatest difference of a logit,
relative to the greatest logit of the picture.

    pip install torch torchvision safetensors pillow numpy
    make build
    python Tests/Peers/parity.py

Exits 1 when a difference is above --tolerance.
"""

import argparse
import pathlib
import tempfile

import safetensors.torch
import torch

from peers import (
    ARCHITECTURES, BINARY, class_names, network, patchwork, randomise, worst_difference, write_card,
    write_pictures)

MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
SIZES = [(224, 224), (193, 160)]
FORMATS = {
    "legacy .pth": ("legacy.pth", lambda state, path: torch.save(
        state, path, _use_new_zipfile_serialization=False)),
    "zip .pth": ("zip.pth", torch.save),
    "safetensors": ("plain.safetensors", safetensors.torch.save_file),
}
CONVERTED = "converted"


def compare(architecture, options, folder):
    """The worst difference for each format."""
    model = randomise(network(architecture), options.seed)
    pictures = write_pictures(folder, SIZES, options.seed)
    paths = [path for path, _ in pictures]
    mean, std = (torch.tensor(values)[:, None, None] for values in (MEAN, STD))
    with torch.inference_mode():
        # In double precision, so that PyTorch's own rounding is no part of the difference.
        exact = model.double()
        expected = [exact(((pixels - mean) / std).double()[None])[0] for _, pixels in pictures]
        state = {name: value.clone() for name, value in model.float().state_dict().items()}
    classes = class_names(expected[0].numel())
    row = {}
    for label, (file, save) in FORMATS.items():
        save(state, folder / file)
        card = folder / f"{file}.json"
        write_card(card, architecture, file, classes, {"mean": MEAN, "std": STD})
        row[label] = worst_difference(
            options.patchwork, card, paths, expected, classes, options.threads)
        if label == "safetensors":
            converted = folder / "converted.safetensors"
            patchwork(options.patchwork, "weights", "convert", card, "--out", converted)
            row[CONVERTED] = worst_difference(
                options.patchwork, converted, paths, expected, classes, options.threads)
        (folder / file).unlink()
    return row


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--architecture", nargs="+", default=ARCHITECTURES, choices=ARCHITECTURES)
    parser.add_argument("--patchwork", type=pathlib.Path, default=BINARY, help="the release binary")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--tolerance", type=float, default=1e-5)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    columns = [*FORMATS, CONVERTED]
    print(f"{'architecture':14}" + "".join(f"{column:>14}" for column in columns), flush=True)
    worst = 0.0
    for architecture in options.architecture:
        with tempfile.TemporaryDirectory() as folder:
            row = compare(architecture, options, pathlib.Path(folder))
        worst = max(worst, *row.values())
        print(f"{architecture:14}" + "".join(f"{row[column]:14.1e}" for column in columns), flush=True)
    held = worst <= options.tolerance
    print(f"worst {worst:.1e}, tolerance {options.tolerance:.0e}: {'held' if held else 'NOT held'}")
    raise SystemExit(0 if held else 1)


if __name__ == "__main__":
    main()
