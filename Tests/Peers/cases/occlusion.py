"""How a class' logit falls when a square of 16 px is covered, at every eighth pixel: captum's Occlusion."""

import contextlib
import math

import torch

SIDE = 16
STRIDE = 8
# Occluded pictures that go through the network at once.
BATCH = 8


class Enough(Exception):
    """The share asked for is done."""


class Case:
    task = "occlusion"
    # How Patchwork draws the same map.
    drawing = ["--method", "occlusion", "--occluder", SIDE, "--stride", STRIDE]

    def __init__(self, peer):
        try:
            from captum.attr import Occlusion
        except ImportError:
            raise SystemExit("the occlusion map needs captum: pip install captum") from None
        self.model = peer.model
        self.image = peer.images[:1]
        self.attribution = Occlusion(self.forward)
        # The map once a whole one has been made.
        self.values = None
        # The picture itself, and one for each square; captum's last may reach past the picture's end.
        self.whole = 1 + math.prod(
            math.ceil((size - SIDE) / STRIDE) + 1 for size in self.image.shape[-2:])

    def forward(self, images):
        if self.done >= self.wanted:
            raise Enough
        self.done += len(images)
        return self.model(images)

    def run(self, share):
        self.done, self.wanted = 0, max(1 + BATCH, share * self.whole)
        with torch.inference_mode(), contextlib.suppress(Enough):
            # One value a pixel, the same in every channel.
            self.values = self.attribution.attribute(
                self.image, strides=(3, STRIDE, STRIDE), sliding_window_shapes=(3, SIDE, SIDE), baselines=0,
                target=0, perturbations_per_eval=BATCH)[0, 0]
        return self.whole / self.done
