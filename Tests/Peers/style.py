"""Times a step of style transfer in PyTorch and in Patchwork, in turn, on the same network, layers, losses and pictures.

Both take 2 threads and one gradient a step: torch.optim.LBFGS without a line search, with as many steps remembered as
Patchwork's. Patchwork's time is that of a long run less that of a short one, so that start-up, decoding and the first
steps cancel out; gradients of steps that it took back count in full. Prints what the long run's picture and PyTorch's
weigh in PyTorch's own loss, too.

    pip install torch safetensors numpy pillow
    make build
    python Tests/Peers/style.py --shape imagenette/val/n03028079/A.JPEG --texture imagenette/val/n03394916/B.JPEG
"""

import argparse
import json
import pathlib
import resource
import statistics
import subprocess
import tempfile
import time

import numpy
import safetensors
import safetensors.torch
import torch
from PIL import Image
from torch import nn
from torch.nn import functional

from peers import BINARY, ROOT

# relu1_1, relu2_1, relu3_1, relu4_1, relu5_1 and relu4_2 of a VGG-16: places of the convolutions in `features`.
STYLE, CONTENT = [0, 5, 10, 17, 24], [19]
CONVOLUTIONS = [2, 2, 3, 3, 3]
CONTENT_WEIGHT, STYLE_WEIGHT, VARIATION_WEIGHT, RANGE_WEIGHT = 1, 10, 3, 10
MEMORY = 10


class Features(nn.Module):
    """A VGG-16 of any width as far as its deepest layer wanted, with means pooled."""

    def __init__(self, path):
        super().__init__()
        weights = safetensors.torch.load_file(path)
        with safetensors.safe_open(path, "pt") as file:
            steps = json.loads(file.metadata()["patchwork.card"])["preprocessing"]
        self.mean, self.std = (torch.tensor(steps[name])[:, None, None] for name in ("mean", "std"))
        self.layers, place = [], 0
        for count in CONVOLUTIONS:
            for _ in range(count):
                weight, bias = weights[f"features.{place}.weight"].float(), weights[f"features.{place}.bias"].float()
                self.layers.append((place, weight, bias))
                place += 2
            self.layers.append((place, None, None))
            place += 1

    def forward(self, image):
        found, value = {}, (image - self.mean) / self.std
        for place, weight, bias in self.layers:
            value = functional.avg_pool2d(value, 2) if weight is None else functional.relu(
                functional.conv2d(value, weight, bias, padding=1))
            if place in STYLE or place in CONTENT:
                found[place] = value
            if place == max(STYLE + CONTENT):
                return found


def gram(features):
    flat = features.flatten(2)[0]
    return flat @ flat.T / flat.shape[1]


class Loss:
    def __init__(self, network, content, style):
        self.network = network
        with torch.no_grad():
            self.grams = {place: gram(value) for place, value in network(style).items() if place in STYLE}
            self.contents = {place: value for place, value in network(content).items() if place in CONTENT}

    def __call__(self, image):
        found = self.network(image)
        style = sum(
            (gram(found[place]) - target).square().sum() / target.square().sum()
            for place, target in self.grams.items()) / len(STYLE)
        content = sum(
            (found[place] - target).square().sum() / target.square().sum()
            for place, target in self.contents.items()) / len(CONTENT)
        steps = (image.diff(dim=2).square().sum() + image.diff(dim=3).square().sum()) / image.numel()
        outside = (image - image.clamp(0, 1)).square().mean()
        return (
            CONTENT_WEIGHT * content + STYLE_WEIGHT * style + VARIATION_WEIGHT * steps + RANGE_WEIGHT * outside)


def pytorch(loss, content, steps):
    """Wall and processor seconds a gradient, and the picture."""
    image = content.clone().requires_grad_(True)
    optimiser = torch.optim.LBFGS(
        [image], max_iter=steps, max_eval=10 * steps, tolerance_grad=0, tolerance_change=0, history_size=MEMORY)
    calls = 0

    def closure():
        nonlocal calls
        calls += 1
        optimiser.zero_grad(set_to_none=True)
        value = loss(image)
        value.backward()
        return value

    wall, processor = time.perf_counter(), time.process_time()
    optimiser.step(closure)
    return (
        (time.perf_counter() - wall) / calls, (time.process_time() - processor) / calls,
        image.detach().clamp(0, 1))


def patchwork(options, folder, steps):
    """Wall and processor seconds of a whole run, and the picture's path."""
    out = pathlib.Path(folder) / f"{steps}-{time.time_ns()}"
    before, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    answer = subprocess.run(
        [options.patchwork, "corpora", "make", "cue-conflict", "--shapes", f"{folder}/shapes", "--textures",
         f"{folder}/textures", "--out", str(out), "--model", options.model, "--size", str(options.size), "--steps",
         str(steps), "--count", "1", "--threads", str(options.threads), "--quiet", "--json"],
        check=True, capture_output=True, text=True)
    wall, after = time.perf_counter() - wall, resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, processor, out / json.loads(answer.stdout)["pictures"][0]["path"]


def square(path, size):
    """The picture as Patchwork frames it."""
    picture = Image.open(path).convert("RGB")
    scale = size / min(picture.size)
    width, height = (size if side == min(picture.size) else int(side * scale) for side in picture.size)
    picture = picture.resize((width, height), Image.BILINEAR)
    left, top = round((width - size) / 2), round((height - size) / 2)
    return picture.crop((left, top, left + size, top + size))


def tensor(picture):
    return torch.from_numpy(numpy.array(picture)).permute(2, 0, 1)[None].float().div(255).contiguous()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shape", required=True)
    parser.add_argument("--texture", required=True)
    parser.add_argument("--model", default="vgg16/imagenette", help="a VGG-16 of the zoo")
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--patchwork", default=str(BINARY))
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    network = Features(ROOT / "Sources" / "Models" / "Zoo" / f"{options.model}.safetensors")
    short = max(options.steps // 4, 1)
    ratios = {"wall": [], "processor": []}
    with tempfile.TemporaryDirectory() as folder:
        pictures = {}
        for kind, path, name in [("shapes", options.shape, "one"), ("textures", options.texture, "other")]:
            place = pathlib.Path(folder) / kind / name
            place.mkdir(parents=True)
            pictures[kind] = square(path, options.size)
            pictures[kind].save(place / "1.png")
        content, style = tensor(pictures["shapes"]), tensor(pictures["textures"])
        loss = Loss(network, content, style)
        pytorch(loss, content, 3)
        for _ in range(options.repeats):
            peer = pytorch(loss, content, options.steps)
            few, many = patchwork(options, folder, short), patchwork(options, folder, options.steps)
            for place, clock in enumerate(ratios):
                own = (many[place] - few[place]) / (options.steps - short)
                ratios[clock].append(own / peer[place])
                print(f"{clock}: PyTorch {1000 * peer[place]:.1f} ms, Patchwork {1000 * own:.1f} ms a step")
        for clock, values in ratios.items():
            print(
                f"{clock}: Patchwork takes {statistics.median(values):.2f} of PyTorch's time a step "
                f"({min(values):.2f} to {max(values):.2f})")
        with torch.no_grad():
            print(
                f"loss: start {loss(content):.4f}, PyTorch {loss(peer[2]):.4f}, Patchwork "
                f"{loss(tensor(Image.open(many[2]))):.4f}")


if __name__ == "__main__":
    main()
