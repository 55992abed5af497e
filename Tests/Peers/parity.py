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
import json
import pathlib
import tempfile

import numpy
import safetensors.torch
import torch
from PIL import Image

from peers import ARCHITECTURES, BINARY, network, patchwork, randomise

MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
SIZES = [(224, 224), (193, 160)]
FORMATS = {
    "legacy .pth": ("legacy.pth", lambda state, path: torch.save(
        state, path, _use_new_zipfile_serialization=False)),
    "zip .pth": ("zip.pth", torch.save),
    "safetensors": ("plain.safetensors", safetensors.torch.save_file),
}
CONVERTED = "converted"


def make_pictures(folder, seed):
    """Random coarse colours under fine noise, as PNG, and the same pixels as PyTorch takes them."""
    random = numpy.random.default_rng(seed)
    pictures = []
    for number, (width, height) in enumerate(SIZES):
        coarse = Image.fromarray(random.integers(0, 256, (7, 7, 3), dtype=numpy.uint8))
        pixels = numpy.asarray(coarse.resize((width, height), Image.BICUBIC)).astype(int)
        pixels = (pixels + random.integers(-40, 41, pixels.shape)).clip(0, 255).astype(numpy.uint8)
        path = folder / f"picture{number}.png"
        Image.fromarray(pixels).save(path)
        tensor = torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255
        mean, std = (torch.tensor(values)[None, :, None, None] for values in (MEAN, STD))
        pictures.append((path, (tensor - mean) / std))
    return pictures


def write_card(path, architecture, weights, classes):
    card = {
        "name": architecture, "architecture": architecture, "weights": weights, "classes": classes,
        "preprocessing": {"mean": MEAN, "std": STD}, "source": "seeded random weights",
    }
    path.write_text(json.dumps(card))


def worst_difference(binary, model, pictures, expected, classes, threads):
    """The greatest |difference| / greatest |logit| over the pictures."""
    answer = patchwork(
        binary, "classify", "--model", model, *(path for path, _ in pictures), "--top", len(classes),
        "--threads", threads)
    place = {name: index for index, name in enumerate(classes)}
    worst = 0.0
    for image, logits in zip(answer["images"], expected, strict=True):
        found = torch.full_like(logits, float("nan"))
        for entry in image["top"]:
            found[place[entry["class"]]] = entry["logit"]
        difference = (found - logits).abs().max() / logits.abs().max()
        if not torch.isfinite(difference):
            raise SystemExit(f"{model}: a logit is missing or not finite")
        worst = max(worst, difference.item())
    return worst


def compare(architecture, options, folder):
    """The worst difference for each format."""
    model = randomise(network(architecture), options.seed)
    pictures = make_pictures(folder, options.seed)
    with torch.inference_mode():
        # In double precision, so that PyTorch's own rounding is no part of the difference.
        exact = model.double()
        expected = [exact(pixels.double())[0] for _, pixels in pictures]
        state = {name: value.clone() for name, value in model.float().state_dict().items()}
    classes = [f"class{index:04}" for index in range(expected[0].numel())]
    row = {}
    for label, (file, save) in FORMATS.items():
        save(state, folder / file)
        card = folder / f"{file}.json"
        write_card(card, architecture, file, classes)
        row[label] = worst_difference(
            options.patchwork, card, pictures, expected, classes, options.threads)
        if label == "safetensors":
            converted = folder / "converted.safetensors"
            patchwork(options.patchwork, "weights", "convert", card, "--out", converted)
            row[CONVERTED] = worst_difference(
                options.patchwork, converted, pictures, expected, classes, options.threads)
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
