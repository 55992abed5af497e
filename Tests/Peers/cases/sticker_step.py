"""One step of optimising a sticker: put on each picture at a random place, whole pass, cross entropy to the
target, gradient to the sticker, Adam."""

import torch

SIDE = 50
TARGET = 0


class Case:
    task = "sticker-step"

    def __init__(self, peer):
        self.peer = peer
        self.random = torch.Generator().manual_seed(0)
        # A fourth of the picture where that is too small for the usual sticker.
        self.side = min(SIDE, peer.images.shape[-1] // 4)
        self.sticker = torch.rand(3, self.side, self.side, generator=self.random).requires_grad_(True)
        self.optimiser = torch.optim.Adam([self.sticker], lr=0.05)
        self.target = torch.full((len(peer.images),), TARGET)

    def run(self, share):
        images = self.peer.images.clone()
        height, width = images.shape[-2:]
        for number in range(len(images)):
            top = torch.randint(height - self.side + 1, (), generator=self.random)
            left = torch.randint(width - self.side + 1, (), generator=self.random)
            images[number, :, top : top + self.side, left : left + self.side] = self.sticker
        self.optimiser.zero_grad()
        torch.nn.functional.cross_entropy(self.peer.model(images), self.target).backward()
        self.optimiser.step()
        with torch.no_grad():
            self.sticker.clamp_(0, 1)
        return 1
