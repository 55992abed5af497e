"""Prints what captum's Occlusion gives for a small network written down by formula; the numbers stand in
Tests/ProbesTests/OcclusionGoldenTests.swift.

    pip install torch captum
    python Tests/Peers/occlusion.py
"""

import torch
from captum.attr import Occlusion

HEIGHT, WIDTH = 7, 6
MEAN = torch.tensor([0.4, 0.5, 0.6]).view(1, 3, 1, 1)
STD = torch.tensor([0.2, 0.25, 0.3]).view(1, 3, 1, 1)


def numbers(factor, shift, modulus):
    index = torch.arange(3 * HEIGHT * WIDTH, dtype=torch.float64)
    return (((factor * index + shift) % modulus) / modulus).view(1, 3, HEIGHT, WIDTH)


def logit(normalised):
    """One class: a linear form plus the square of another."""
    linear = (normalised * (numbers(53, 11, 97) - 0.5)).sum((1, 2, 3))
    square = (normalised * 0.1 * (numbers(29, 5, 89) - 0.5)).sum((1, 2, 3)) ** 2
    return (linear + square).unsqueeze(1)


def main():
    normalised = (numbers(37, 0, 101) - MEAN) / STD
    print("logit", float(logit(normalised)[0, 0]))
    for side, stride in [(3, 2), (4, 3), (5, 5), (9, 4)]:
        # The square covers all three channels at once; 0 after normalisation is the mean colour.
        values = Occlusion(logit).attribute(
            normalised, sliding_window_shapes=(3, min(side, HEIGHT), min(side, WIDTH)),
            strides=(3, stride, stride), target=0, baselines=0)
        assert (values[0, 0] == values[0, 2]).all()
        print((side, stride), [round(float(value), 6) for value in values[0, 0].flatten()])


if __name__ == "__main__":
    main()
