"""Prints what numpy and scipy make of a small picture written down by formula, by the published definitions of
Geirhos et al. (2018); the numbers stand in Tests/DistortionsTests/DistortionTests.swift.

    pip install numpy scipy
    python Tests/Peers/distortions.py
"""

import numpy
from scipy.ndimage import gaussian_filter

HEIGHT, WIDTH = 5, 7
MASK = (1 << 64) - 1


def picture():
    """[3, HEIGHT, WIDTH] in 0...1: channel, row and column, each times its own prime, modulo 23."""
    channel, row, column = numpy.meshgrid(range(3), range(HEIGHT), range(WIDTH), indexing="ij")
    return ((37 * channel + 11 * row + 5 * column) % 23) / 22


def grey():
    return numpy.tensordot([0.2125, 0.7154, 0.0721], picture(), 1)


def contrast(level):
    return level * grey() + (1 - level) / 2


def low_pass(level):
    return numpy.clip(gaussian_filter(grey(), level, mode="constant", cval=0.4423), 0, 1)


class Xoshiro:
    """xoshiro256**, seeded through SplitMix64, with a stream for each item, as Tensors/SeededGenerator has it."""

    def __init__(self, seed, stream=None):
        if stream is not None:
            first = Xoshiro(seed).next()
            seed = first ^ ((stream * 0xD1342543DE82EF95 + 0x2545F4914F6CDD1D) & MASK)
        self.state = []
        for _ in range(4):
            seed = (seed + 0x9E3779B97F4A7C15) & MASK
            z = ((seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9) & MASK
            z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
            self.state.append(z ^ (z >> 31))

    def next(self):
        s = self.state
        rotated = lambda x, k: ((x << k) | (x >> (64 - k))) & MASK
        result = (rotated((s[1] * 5) & MASK, 7) * 9) & MASK
        t = (s[1] << 17) & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotated(s[3], 45)
        return result


def units(kind, seed, name, count):
    stream = 0xCBF29CE484222325
    for byte in f"{kind}/{name}".encode():
        stream = ((stream ^ byte) * 0x100000001B3) & MASK
    generator = Xoshiro(seed, stream)
    return numpy.array([(generator.next() >> 40) / 2**24 for _ in range(count)])


def noise(level, seed, name):
    drawn = units("noise", seed, name, HEIGHT * WIDTH).reshape(HEIGHT, WIDTH)
    return numpy.clip(contrast(0.3) + level * (2 * drawn - 1), 0, 1)


def salt_and_pepper(level, seed, name):
    drawn = units("salt-and-pepper", seed, name, HEIGHT * WIDTH).reshape(HEIGHT, WIDTH)
    return numpy.clip(contrast(0.3) + (drawn >= 1 - level / 2) - 1.0 * (drawn < level / 2), 0, 1)


def high_pass(deviation):
    changed = grey() - gaussian_filter(grey(), deviation, mode="constant", cval=0.4423)
    return numpy.clip(changed + 0.4423 - changed.mean(), 0, 1)


def phase_noise(degrees, seed, name):
    """The picture's sides are odd: every frequency but the mean has a conjugate other than itself. Angles go to the
    frequencies in the order of their rows and columns, to the first of each pair."""
    pairs = HEIGHT * WIDTH // 2
    angles = iter((2 * units("phase-noise", seed, name, pairs) - 1) * numpy.radians(degrees))
    turns = numpy.zeros((HEIGHT, WIDTH))
    for row in range(HEIGHT):
        for column in range(WIDTH):
            other = (-row % HEIGHT, -column % WIDTH)
            if (row, column) < other:
                turns[row, column] = next(angles)
                turns[other] = -turns[row, column]
    return numpy.clip(numpy.fft.ifft2(numpy.fft.fft2(grey()) * numpy.exp(1j * turns)).real, 0, 1)


CONES = numpy.array([
    [0.1619982647, 0.208049264, 0.0389347448],
    [0.0330275785, 0.2496504557, 0.0618343518],
    [0.0015524055, 0.0198861001, 0.1890224274]])
CONTRASTS = numpy.array([
    [9.27590805, 9.27590805, 0], [7.86421647, -9.33587662, 0], [-3.39709047, -3.39709047, 12.16230246]])
BACKGROUND = numpy.array([0.20449114, 0.17225619, 0.10523047])


def opponent():
    """[3, HEIGHT, WIDTH]"""
    value = picture()
    light = numpy.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    excess = numpy.einsum("ij,jhw->ihw", CONTRASTS, numpy.einsum("ij,jhw->ihw", CONES, light)
                          - BACKGROUND[:, None, None])
    excess[1:] *= -1
    cones = numpy.einsum("ij,jhw->ihw", numpy.linalg.inv(CONTRASTS), excess) + BACKGROUND[:, None, None]
    changed = numpy.clip(numpy.einsum("ij,jhw->ihw", numpy.linalg.inv(CONES), cones), 0, 1)
    return numpy.where(changed <= 0.0031308, 12.92 * changed, 1.055 * changed ** (1 / 2.4) - 0.055)


def main():
    cases = [("contrast 0.3", contrast(0.3)), ("contrast 0.01", contrast(0.01))]
    cases += [(f"low-pass {level}", low_pass(level)) for level in (0, 1, 3, 40)]
    cases += [(f"noise {level}", noise(level, 7, "cat/cat1.png")) for level in (0, 0.1, 0.9)]
    cases += [(f"salt-and-pepper {level}", salt_and_pepper(level, 7, "cat/cat1.png")) for level in (0.2, 0.95)]
    cases += [(f"high-pass of {deviation}", high_pass(deviation)) for deviation in (3, 0.4)]
    cases += [(f"phase-noise {degrees}", phase_noise(degrees, 7, "cat/cat1.png")) for degrees in (30, 180)]
    cases += [("rotation 180", grey()[::-1, ::-1])]
    cases += [(f"opponent-colours, channel {channel}", opponent()[channel]) for channel in range(3)]
    for title, values in cases:
        print(title)
        for row in values:
            print("  " + ", ".join(f"{value:.7f}" for value in row) + ",")


if __name__ == "__main__":
    main()
