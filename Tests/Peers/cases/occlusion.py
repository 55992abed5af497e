"""How a class' logit falls when a square of 16 px is covered, at every eighth pixel: captum's Occlusion."""

import math

import torch

SIDE = 16
STRIDE = 8
# Occluded pictures that go through the network at once.
BATCH = 8


class Case:
    task = "occlusion"

    def __init__(self, peer):
        try:
            from captum.attr import Occlusion
        except ImportError:
            raise SystemExit("the occlusion map needs captum: pip install captum") from None
        self.image = peer.images[:1]
        self.attribution = Occlusion(peer.model)

    def places(self, stride):
        """How many squares captum covers in turn: the last may reach past the picture's end."""
        return math.prod(math.ceil((size - SIDE) / stride) + 1 for size in self.image.shape[-2:])

    def run(self, share):
        # A share is had by larger steps: every place costs one pass, wherever it is.
        whole, stride = self.places(STRIDE), STRIDE
        while self.places(stride) > max(1, share * whole):
            stride += 1
        with torch.inference_mode():
            self.attribution.attribute(
                self.image, strides=(3, stride, stride), sliding_window_shapes=(3, SIDE, SIDE), baselines=0,
                target=0, perturbations_per_eval=BATCH)
        return whole / self.places(stride)
