"""Compares Patchwork's corruptions at 224 px with the published code, as the package imagecorruptions has it: those
without randomness pixel by pixel, the others by the mean and the spread of what they change.

    pip install numpy scipy scikit-image opencv-python-headless pillow imagecorruptions "setuptools<81"
    make build
    python Tests/Peers/corruptions.py

Takes --count photographs, evenly from a folder of class folders. Exits 1 when a corruption without randomness differs
by more than two levels anywhere or a random one changes pictures differently. With --golden it prints instead what
Tests/DistortionsTests/CorruptionTests.swift expects.

The package's elastic transform is another than the published one, which is written down here once more. Frost is drawn
in Patchwork and photographed in the package: its row is shown and not judged.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile
import warnings

warnings.simplefilter("ignore")

import cv2
import numpy
import skimage.filters
from PIL import Image
from scipy.ndimage import map_coordinates

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = ROOT / ".build-release" / "release" / "patchwork"
SIDE, GAP = 224, 4
EXACT = ["defocus_blur", "zoom_blur", "brightness", "contrast", "pixelate", "jpeg_compression", "gaussian_blur", "saturate"]
RANDOM = ["gaussian_noise", "shot_noise", "impulse_noise", "glass_blur", "motion_blur", "snow", "fog",
          "elastic_transform", "speckle_noise", "spatter"]
UNJUDGED = ["frost"]
LEVELS = 2
# Draws of the published code for each photograph and severity.
DRAWS = 3

# The package was written for numpy 1 and an older scikit-image.
numpy.float_ = numpy.float64
from imagecorruptions import corruptions as published


def gaussian(image, sigma, multichannel=False, **options):
    return skimage.filters.gaussian(image, sigma, channel_axis=-1 if multichannel else None, **options)


published.gaussian = gaussian


def elastic_transform(image, severity):
    """The published ImageNet-C: an affine map by three moved points, then smoothed displacements."""
    strength, smoothness, reach = [
        (488, 170.8, 24.4), (488, 19.52, 48.8), (12.2, 2.44, 4.88), (17.08, 2.44, 4.88), (29.28, 2.44, 4.88)][severity - 1]
    image = numpy.asarray(image, dtype=numpy.float32) / 255
    middle, half = SIDE // 2, SIDE // 3
    corners = numpy.float32([[middle + half, middle + half], [middle + half, middle - half], [middle - half, middle - half]])
    moved = corners + numpy.random.uniform(-reach, reach, size=(3, 2)).astype(numpy.float32)
    image = cv2.warpAffine(
        image, cv2.getAffineTransform(corners, moved), (SIDE, SIDE), borderMode=cv2.BORDER_REFLECT_101)
    across, down = (
        gaussian(numpy.random.uniform(-1, 1, (SIDE, SIDE)), smoothness, mode="reflect", truncate=3) * strength
        for _ in range(2))
    columns, rows = numpy.meshgrid(numpy.arange(SIDE), numpy.arange(SIDE))
    planes = [
        map_coordinates(image[..., channel], [rows + down, columns + across], order=1, mode="reflect")
        for channel in range(3)]
    return numpy.clip(numpy.stack(planes, -1), 0, 1) * 255


def corrupted(image, name, severity):
    """A PIL image, by the published code, in whole levels as it is saved."""
    if name == "elastic_transform":
        return numpy.uint8(elastic_transform(image, severity)).astype(float)
    return numpy.uint8(getattr(published, name)(image, severity)).astype(float)


def sheet(image, seed, folder):
    """{(name, severity): pixels} by Patchwork, severity 0 being the picture itself."""
    path = pathlib.Path(folder) / "picture.png"
    image.save(path)
    out = pathlib.Path(folder) / "sheet.png"
    lines = subprocess.run(
        [BINARY, "corruptions", "sheet", "--image", path, "--extra", "--seed", str(seed), "--out", out, "--quiet"],
        check=True, capture_output=True, text=True).stdout.splitlines()
    names = [line.split()[1] for line in lines[:-1]]
    pixels = numpy.asarray(Image.open(out)).astype(float)
    step = SIDE + GAP
    return {
        (name, severity): pixels[GAP + row * step:, GAP + severity * step:][:SIDE, :SIDE]
        for row, name in enumerate(names) for severity in range(6)}


def photographs(corpus, count):
    found = sorted(path for path in corpus.rglob("*") if path.suffix.lower() in (".jpeg", ".jpg", ".png"))
    if len(found) < count:
        raise SystemExit(f"{corpus}: expected {count} photographs, found {len(found)}; give --count or --corpus")
    for index in range(count):
        image = Image.open(found[index * len(found) // count]).convert("RGB")
        side = min(image.size)
        left, top = (image.width - side) // 2, (image.height - side) // 2
        yield image.crop((left, top, left + side, top + side)).resize((SIDE, SIDE), Image.BILINEAR)


def statistics(pixels, original):
    """The mean and the spread of the change, and the roughness of the result: the spread of its vertical steps."""
    change = pixels - original
    return numpy.array([change.mean(), change.std(), numpy.diff(pixels, axis=0).std()])


def compare(corpus, count):
    numpy.random.seed(1)
    worst, means = {}, {}
    ours, theirs = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        for seed, image in enumerate(photographs(corpus, count)):
            original = numpy.asarray(image).astype(float)
            made = sheet(image, seed, folder)
            for severity in range(1, 6):
                for name in EXACT:
                    differences = numpy.abs(made[name, severity] - corrupted(image, name, severity))
                    worst[name, severity] = max(worst.get((name, severity), 0), differences.max())
                    means.setdefault((name, severity), []).append(differences.mean())
                for name in RANDOM + UNJUDGED:
                    ours.setdefault((name, severity), []).append(statistics(made[name, severity], original))
                    theirs.setdefault((name, severity), []).append(
                        [statistics(corrupted(image, name, severity), original) for _ in range(DRAWS)])
    failures = []
    print("without randomness: greatest difference in levels of 255 (and the mean) at severity 1 to 5")
    for name in EXACT:
        print(f"  {name:18}" + "".join(
            f"{worst[name, s]:5.0f} ({numpy.mean(means[name, s]):.4f})" for s in range(1, 6)))
        failures += [f"{name} {s}" for s in range(1, 6) if worst[name, s] > LEVELS]
    print("random: Patchwork / published mean of the change, spread of the change, roughness, in levels")
    for name in RANDOM + UNJUDGED:
        for severity in range(1, 6):
            own = numpy.array(ours[name, severity])
            other = numpy.array(theirs[name, severity])
            # A draw beside the mean of the draws for the same photograph, over all photographs.
            noise = numpy.sqrt(other.var(axis=1, ddof=1).mean(axis=0) * (1 + 1 / DRAWS) / len(own))
            difference = own.mean(axis=0) - other.mean(axis=(0, 1))
            allowed = 4 * noise + numpy.array([0.6, 0.02 * other[..., 1].mean() + 0.3, 0.02 * other[..., 2].mean() + 0.3])
            wrong = (numpy.abs(difference) > allowed).any()
            pairs = "   ".join(f"{a:8.2f} /{b:8.2f}" for a, b in zip(own.mean(axis=0), other.mean(axis=(0, 1))))
            mark = "" if not wrong else "  not judged" if name in UNJUDGED else "  DIFFERS"
            print(f"  {name:18}{severity} {pairs}{mark}")
            if wrong and name not in UNJUDGED:
                failures.append(f"{name} {severity}")
    print("differ: " + ", ".join(failures) if failures else "all agree")
    return 1 if failures else 0


# MARK: - Golden numbers


def formula_picture():
    """Edges, ramps and colours at 224 px, by whole numbers."""
    row, column, channel = numpy.meshgrid(range(SIDE), range(SIDE), range(3), indexing="ij")
    return Image.fromarray(numpy.uint8((3 * row + 5 * column + 40 * channel + row * column // 29) % 256))


PLACES = [(0, 0), (3, 220), (57, 101), (111, 112), (160, 31), (223, 223)]


def golden_pixels():
    image = formula_picture()
    for name in EXACT:
        for severity in (1, 3, 5):
            pixels = corrupted(image, name, severity)
            values = [int(pixels[row, column, channel]) for row, column in PLACES for channel in range(3)]
            print(f'    Golden("{name}", {severity}, [{", ".join(map(str, values))}]),')


def golden_liquid():
    """Water on the lens by OpenCV, from numbers written down by formula."""
    row, column = numpy.meshgrid(range(18), range(20), indexing="ij")
    numbers = 0.2 + ((37 * row + 11 * column * column + 5 * row * column) % 101) / 110
    layer = gaussian(numbers, 2)
    layer[layer < 0.65] = 0
    layer = (layer * 255).astype(numpy.uint8)
    distances = cv2.distanceTransform(255 - cv2.Canny(layer, 50, 150), cv2.DIST_L2, 5)
    _, distances = cv2.threshold(distances, 20, 20, cv2.THRESH_TRUNC)
    relief = cv2.equalizeHist(cv2.blur(distances, (3, 3)).astype(numpy.uint8))
    relief = cv2.filter2D(relief, cv2.CV_8U, numpy.array([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]))
    relief = cv2.blur(relief, (3, 3))
    water = layer.astype(numpy.float32) * relief
    print("edges")
    for line in cv2.Canny(layer, 50, 150):
        print("      " + "".join("#" if value else "." for value in line))
    print("relief")
    for line in relief:
        print("      " + ", ".join(map(str, line)) + ",")
    print("greatest", water.max(), "sum of shares", f"{(water / water.max()).sum():.5f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=pathlib.Path, default=ROOT.parent / "shared" / "data" / "imagenette" / "val")
    parser.add_argument("--count", type=int, default=8)
    parser.add_argument("--binary", type=pathlib.Path, default=BINARY)
    parser.add_argument("--golden", action="store_true")
    options = parser.parse_args()
    if options.golden:
        golden_pixels()
        golden_liquid()
        return
    globals()["BINARY"] = options.binary
    sys.exit(compare(options.corpus, options.count))


if __name__ == "__main__":
    main()
