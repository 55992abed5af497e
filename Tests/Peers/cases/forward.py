"""Logits alone."""

import torch


class Case:
    task = "forward"

    def __init__(self, peer):
        self.peer = peer

    def run(self, share):
        with torch.inference_mode():
            self.peer.model(self.peer.images)
        return 1
