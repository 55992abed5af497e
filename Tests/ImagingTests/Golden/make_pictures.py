"""Makes tiny pictures of every kind that Patchwork reads, and what Pillow makes of them.

    python make_pictures.py [FOLDER OF PHOTOGRAPHS]

writes `pictures/` and `pictures.json` beside this script; with the folder of class folders of photographs also
`photographs.json`: checksums of ten photographs decoded, resized and cropped. Needs numpy, Pillow 13 (older ones
resize tall pictures in another order of passes) and torchvision.
"""

import base64
import io
import json
import pathlib
import struct
import sys
import warnings
import zlib

import numpy as np
from PIL import Image, ImageOps
from torchvision.transforms import functional as transforms
from torchvision.transforms import InterpolationMode

here = pathlib.Path(__file__).resolve().parent
pictures = here / "pictures"
random = np.random.default_rng(20)

GRAY, RGB, PALETTE, GRAY_ALPHA, RGB_ALPHA = 0, 2, 3, 4, 6
CHANNELS = {GRAY: 1, RGB: 3, PALETTE: 1, GRAY_ALPHA: 2, RGB_ALPHA: 4}
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed_row(row, depth):
    samples = row.reshape(-1)
    if depth == 16:
        return samples.astype(">u2").tobytes()
    if depth == 8:
        return samples.astype(np.uint8).tobytes()
    bits = "".join(format(sample, f"0{depth}b") for sample in samples)
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[index : index + 8], 2) for index in range(0, len(bits), 8))


def png(samples, colour, depth, interlaced=False, before_pixels=b""):
    """A PNG from samples [height, width, channels]; every row unfiltered."""
    height, width, _ = samples.shape
    parts = [samples]
    if interlaced:
        parts = [samples[y::dy, x::dx] for x, y, dx, dy in ADAM7]
    raw = b"".join(b"\0" + packed_row(row, depth) for part in parts if part.size for row in part)
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before_pixels
        + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b"")
    )


def noise(height, width, colour, depth, top=None):
    high = top or 2**depth
    return random.integers(0, high, (height, width, CHANNELS[colour]), dtype=np.int64)


def smooth(height, width):
    """A picture with gradients and edges, so that JPEG has something to do."""
    y, x = np.mgrid[0:height, 0:width]
    planes = [128 + 120 * np.sin(x / 3 + y / 7), 255 * x / max(width - 1, 1), 255 * ((x // 4 + y // 3) % 2)]
    return Image.fromarray(np.stack(planes, -1).clip(0, 255).astype(np.uint8))


def jpeg(image, **options):
    file = io.BytesIO()
    image.save(file, "JPEG", **options)
    return file.getvalue()


def made():
    for colour, name, depths in [
        (GRAY, "gray", [1, 2, 4, 8, 16]), (RGB, "rgb", [8, 16]), (PALETTE, "palette", [1, 2, 4, 8]),
        (GRAY_ALPHA, "gray-alpha", [8, 16]), (RGB_ALPHA, "rgba", [8, 16]),
    ]:
        for depth in depths:
            for interlaced in [False, True]:
                extra, top = b"", None
                if colour == PALETTE:
                    top = min(2**depth, 20)
                    extra = chunk(b"PLTE", random.integers(0, 256, 3 * top, dtype=np.uint8).tobytes())
                samples = noise(9, 13, colour, depth, top)
                if colour == GRAY and depth == 16:
                    samples = np.where(samples % 2 == 0, samples % 300, samples)
                yield f"{name}-{depth}{'-interlaced' if interlaced else ''}.png", png(
                    samples, colour, depth, interlaced, extra)
    colours = chunk(b"PLTE", bytes(range(10, 40)))
    yield "palette-transparent.png", png(
        noise(5, 7, PALETTE, 8, 10), PALETTE, 8, before_pixels=colours + chunk(b"tRNS", bytes([0, 100, 200])))
    yield "palette-index-too-high.png", png(noise(5, 7, PALETTE, 8, 30), PALETTE, 8, before_pixels=colours)
    yield "gray-key.png", png(noise(5, 7, GRAY, 4, 4), GRAY, 4, before_pixels=chunk(b"tRNS", b"\0\2"))
    yield "rgb-key.png", png(
        noise(5, 7, RGB, 8, 2), RGB, 8, before_pixels=chunk(b"tRNS", b"\0\1\0\0\0\1"))
    yield "one-pixel.png", png(noise(1, 1, RGB, 8), RGB, 8)
    yield "one-row-interlaced.png", png(noise(1, 3, RGB, 8), RGB, 8, True)

    for name, options in {
        "baseline": {}, "progressive": {"progressive": True}, "full-chroma": {"subsampling": 0},
        "half-chroma": {"subsampling": 1}, "poor": {"quality": 5}, "restarts": {"restart_marker_rows": 1},
        "optimised": {"optimize": True, "quality": 98}, "rgb-stored": {"keep_rgb": True},
    }.items():
        yield f"{name}.jpg", jpeg(smooth(23, 35), **options)
    yield "odd-progressive.jpg", jpeg(smooth(17, 19), progressive=True, subsampling=2)
    yield "one-pixel.jpg", jpeg(smooth(1, 1))
    yield "gray.jpg", jpeg(smooth(11, 18).convert("L"))
    yield "gray-progressive.jpg", jpeg(smooth(11, 18).convert("L"), progressive=True)
    inks = Image.fromarray(noise(19, 21, RGB_ALPHA, 8).astype(np.uint8), "CMYK")
    cmyk = jpeg(inks, quality=90)
    yield "cmyk.jpg", cmyk
    adobe = cmyk.index(b"Adobe")
    # The last byte of Adobe's marker says that the inks are stored as luma, chroma and black.
    yield "ycck.jpg", cmyk[: adobe + 11] + b"\2" + cmyk[adobe + 12 :]
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        yield f"turned-{orientation}.jpg", jpeg(smooth(9, 14), exif=exif)
    exif = Image.Exif()
    exif[0x0112] = 6
    file = io.BytesIO()
    smooth(4, 6).save(file, "PNG", exif=exif)
    yield "turned-6.png", file.getvalue()


def pixels(image):
    return {"width": image.width, "height": image.height, "bytes": base64.b64encode(image.tobytes()).decode()}


def resized():
    """Pillow's resizing of one picture to sizes up, down, mixed and unchanged along one axis."""
    image = Image.fromarray(np.asarray(smooth(29, 37)) ^ random.integers(0, 64, (29, 37, 3), dtype=np.uint8))
    image.save(pictures / "resize-source.png")
    for width, height in [(37, 29), (18, 14), (5, 3), (1, 1), (74, 58), (80, 11), (7, 90), (37, 12), (9, 29), (36, 30)]:
        for name in ["bilinear", "bicubic", "nearest"]:
            kept = image.resize((width, height), Image.Resampling[name.upper()])
            yield {"interpolation": name, **pixels(kept)}


def framed(image):
    """torchvision's Resize and CenterCrop, as a network sees a picture."""
    for side, crop in [(16, 12), (29, 29), (20, 23), (50, 32), (7, 30), (None, 17), (15, None), (None, 40)]:
        for name in ["bilinear", "bicubic"]:
            result = image
            if side:
                result = transforms.resize(result, side, InterpolationMode(name))
            if crop:
                result = transforms.center_crop(result, [crop, crop])
            yield {"side": side, "crop": crop, "interpolation": name, **pixels(result)}


def checksum(data):
    """Fowler, Noll & Vo's 64-bit hash, variant 1a."""
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return f"{value:016x}"


def photographs(folder):
    files = sorted(folder.glob("*/*.JPEG"))
    for path in files[:: max(len(files) // 10, 1)][:10]:
        image = transforms.center_crop(transforms.resize(Image.open(path).convert("RGB"), 112), 96)
        yield {
            "image": str(path.relative_to(folder)),
            "decoded": checksum(Image.open(path).convert("RGB").tobytes()),
            "framed": checksum(image.tobytes()),
        }


def write(name, value):
    (here / name).write_text(json.dumps(value, indent=1, sort_keys=True) + "\n")


def main():
    warnings.simplefilter("ignore")
    pictures.mkdir(exist_ok=True)
    decoded = {}
    for name, data in made():
        (pictures / name).write_bytes(data)
        image = Image.open(io.BytesIO(data))
        decoded[name] = pixels(image.convert("RGB"))
        decoded[name]["upright"] = pixels(ImageOps.exif_transpose(image).convert("RGB"))
        # Pillow compares a 4-bit key with samples spread to 8 bits, and misses; a test of its own has the standard's.
        if name.endswith(".png") and not name.startswith(("gray-16", "gray-key")):
            decoded[name]["rgba"] = pixels(image.convert("RGBA"))
    resizing = list(resized())
    framing = list(framed(Image.open(pictures / "resize-source.png")))
    tall = Image.open(pictures / "resize-source.png").transpose(Image.Transpose.TRANSPOSE)
    encoded = base64.b64encode(jpeg(Image.open(pictures / "resize-source.png"), quality=80)).decode()
    write("pictures.json", {
        "decoded": decoded, "resized": resizing, "framed": framing, "framedTall": list(framed(tall)),
        "framedTower": list(framed(tall.crop((5, 0, 18, 37)))), "jpegQuality80": encoded,
    })
    if len(sys.argv) > 1:
        write("photographs.json", list(photographs(pathlib.Path(sys.argv[1]))))


main()
