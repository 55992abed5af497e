"""A BagNet's evidence at every pixel the way it was published: the picture padded with zeros, and the square
around every pixel sent through the network alone, a thousand at a time."""

import math

import torch

from peers import BAGNET_FIELDS

BATCH = 1000


class Case:
    task = "heatmap"
    # How Patchwork draws the same map.
    drawing = ["--stride", 1, "--pad"]

    def __init__(self, peer):
        self.peer = peer
        self.side = BAGNET_FIELDS[peer.name]

    def run(self, share):
        side = self.side
        before = (side - 1) // 2
        padded = torch.nn.functional.pad(self.peer.images[0], (before, side - 1 - before) * 2)
        squares = padded.unfold(1, side, 1).unfold(2, side, 1).permute(1, 2, 0, 3, 4)
        count = squares.shape[0] * squares.shape[1]
        done = min(count, BATCH * max(1, math.ceil(share * count / BATCH)))
        columns = squares.shape[1]
        cells = []
        with torch.inference_mode():
            for start in range(0, done, BATCH):
                index = torch.arange(start, min(start + BATCH, done))
                cells.append(self.peer.model(squares[index // columns, index % columns])[:, 0])
        # The cells that were computed, row by row.
        self.values = torch.cat(cells)
        return count / done
