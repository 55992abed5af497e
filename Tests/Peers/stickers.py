"""Makes a universal sticker in Patchwork and in the Adversarial Robustness Toolbox, and tests both alike.

    pip install torch torchvision pillow numpy adversarial-robustness-toolbox
    make build
    python Tests/Peers/stickers.py [--networks bagnet17 resnet50] [--steps 500] [--repeats 2]

Both learn from the same photographs in batches of one size for the same number of Adam steps from grey, 20 × 20 px of
96 × 96 at random places, upright and at their own scale, towards "tench". The Toolbox's patch never clears its gradient
between steps; here it is cleared each time, which is what its authors meant. Its step size is the best of --rates, found
beforehand and not counted. Both stickers are written as 8-bit PNGs and tested by `patchwork sticker test` on the same
photographs at the same places.

The two run in turn, so that a busy machine slows both; the time is the making alone, in Patchwork with the start of the
process, the loading of the network and the decoding of the photographs, in the Toolbox without. Exits 1 where
Patchwork's sticker is weaker, or takes more than a third of the Toolbox's time on the BagNet or more than all of it on
the ResNet.
"""

import argparse
import pathlib
import statistics
import tempfile

import numpy
import torch
from PIL import Image
from torch import nn

from perturbations import timed
from peers import BINARY, patchwork
from references import NETWORKS, SHARED, evenly, load, pictures
from tables import seconds, table

SIDE, TARGET = 20, "n01440764"
TIME_SHARES = {"bagnet17": 1 / 3, "resnet50": 1}


def toolbox_patch(model, images, target, epochs, batch, rate, seed):
    """The Toolbox's patch [3, SIDE, SIDE] after `epochs` rounds over the images."""
    from art.attacks.evasion import AdversarialPatchPyTorch
    from art.estimators.classification import PyTorchClassifier

    class Cleared(AdversarialPatchPyTorch):
        def _train_step(self, images, target, mask=None):
            self._patch.grad = None
            return super()._train_step(images, target, mask)

    torch.manual_seed(seed)
    numpy.random.seed(seed)
    classifier = PyTorchClassifier(
        model, nn.CrossEntropyLoss(), input_shape=tuple(images.shape[1:]), nb_classes=10, clip_values=(0, 1),
        device_type="cpu")
    scale = SIDE / images.shape[-1]
    attack = Cleared(
        classifier, rotation_max=0, scale_min=scale, scale_max=scale, learning_rate=rate, max_iter=epochs,
        batch_size=batch, patch_shape=(3, SIDE, SIDE), patch_type="square", optimizer="Adam", targeted=True,
        verbose=False)
    patch, _ = attack.generate(images.numpy(), numpy.full(len(images), target))
    return patch


def write(patch, path):
    pixels = (patch.clip(0, 1) * 255).round().astype(numpy.uint8).transpose(1, 2, 0)
    Image.fromarray(pixels).convert("RGBA").save(path)


class Comparison:
    """One network's stickers from both sides."""

    def __init__(self, name, options, learning, folder):
        self.name, self.options, self.learning, self.folder = name, options, learning, folder
        self.card_path = SHARED / "reference" / f"{NETWORKS[name]}.json"
        self.model, self.card = load(name, NETWORKS[name])
        self.images, _ = pictures(learning, self.card)
        self.epochs = options.steps * options.batch // len(self.images)

    def test(self, path, corpus, *further):
        answer = patchwork(
            self.options.patchwork, "sticker", "test", "--sticker", path, "--model", self.card_path, "--corpus", corpus,
            "--target", TARGET, "--threads", self.options.threads, *further)
        return answer["models"][0]

    def theirs(self, rate, seed, epochs):
        target = self.card["classes"].index(TARGET)
        patch, taken = timed(
            lambda: toolbox_patch(self.model, self.images, target, epochs, self.options.batch, rate, seed))
        path = self.folder / f"toolbox-{self.name}-{rate}-{seed}.png"
        write(patch, path)
        return path, taken

    def ours(self, seed):
        out = self.folder / f"patchwork-{self.name}-{seed}"
        answer = patchwork(
            self.options.patchwork, "sticker", "make", "--model", self.card_path, "--corpus", self.learning,
            "--test-corpus", self.folder / "few", "--target", TARGET, "--side", SIDE, "--scale", "1,1",
            "--total-variation", 0,
            "--steps", self.options.steps, "--batch", self.options.batch, "--seed", seed, "--out", out,
            "--threads", self.options.threads)
        return out / "sticker.png", answer["making_seconds"]

    def best_rate(self):
        """The Toolbox's step size that does best on pictures from where it learns, in a fifth of the steps."""
        scores = {}
        for rate in self.options.rates:
            path, _ = self.theirs(rate, 0, max(1, self.epochs // 5))
            scores[rate] = self.test(path, self.folder / "trial")["success"]
        print(f"{self.name}: the Toolbox's step sizes", {rate: round(each, 3) for rate, each in scores.items()}, flush=True)
        return max(scores, key=scores.get)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--networks", nargs="+", choices=NETWORKS, default=list(NETWORKS))
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--learning", type=int, default=800, help="photographs that both learn from")
    parser.add_argument("--rates", nargs="+", type=float, default=[0.02, 0.05, 0.1])
    parser.add_argument("--repeats", type=int, default=2, help="seeds")
    parser.add_argument("--patchwork", type=pathlib.Path, default=BINARY)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    imagenette = SHARED / "data" / "imagenette"
    rows, holds = [], True
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        learning = evenly(imagenette / "train", options.learning, made(folder / "learning"), without=[TARGET])
        # The test that follows every making is not what is timed: a few photographs.
        evenly(imagenette / "val", 20, made(folder / "few"))
        evenly(imagenette / "train", 300, made(folder / "trial"))
        for network in options.networks:
            comparison = Comparison(network, options, learning, folder)
            if comparison.epochs * len(comparison.images) != options.steps * options.batch:
                raise SystemExit("--steps × --batch must be a whole number of rounds over --learning")
            rate = comparison.best_rate()
            measured = []
            for seed in range(options.repeats):
                theirs, their_time = comparison.theirs(rate, seed, comparison.epochs)
                ours, our_time = comparison.ours(seed)
                mine = comparison.test(ours, imagenette / "val")
                peer = comparison.test(theirs, imagenette / "val")
                measured.append((mine["success"], peer["success"], our_time, their_time))
                rows.append([
                    f"{network}, seed {seed}", f"{100 * mine['success']:.1f} %", f"{100 * peer['success']:.1f} %",
                    f"{100 * mine['control_noise']:.1f} %", f"{100 * mine['control_photo']:.1f} %", seconds(our_time),
                    seconds(their_time), f"{our_time / their_time:.2f}"])
                print("  ".join(rows[-1]), flush=True)
            mine, peer, our_time, their_time = (statistics.mean(column) for column in zip(*measured))
            holds &= mine >= peer and our_time <= TIME_SHARES[network] * their_time
    header = ["network", "Patchwork", "Toolbox", "noise", "photo", "time", "Toolbox's", "share"]
    print()
    print("\n".join(table(header, rows, options.markdown)))
    raise SystemExit(0 if holds else 1)


def made(folder):
    folder.mkdir()
    return folder


if __name__ == "__main__":
    main()
