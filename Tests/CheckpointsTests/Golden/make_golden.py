"""Makes the golden files of the Checkpoints tests and EXPECTED.json with the values PyTorch reads from them.

    python3 make_golden.py

Needs torch, safetensors and numpy; run in this folder. Every file is a few kilobytes.
"""

import argparse
import collections
import json
import os
import pathlib
import warnings

import safetensors.torch
import torch

warnings.filterwarnings("ignore")
HERE = pathlib.Path(__file__).parent
DTYPES = {
    torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16",
    torch.int64: "I64", torch.int32: "I32", torch.int16: "I16", torch.int8: "I8", torch.uint8: "U8",
    torch.bool: "BOOL",
}
expected = {}


class Tiny(torch.nn.Module):
    """A network of our own, so that files which carry a network's source carry this one."""

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(2))

    def forward(self, image):
        return image * self.weight


def numbers(count, *shape):
    """Numbers that every fp type here holds exactly or rounds in a known way."""
    return (torch.arange(count, dtype=torch.float32) * 0.375 - 1.125).reshape(shape or (count,))


def expect(name, format, tensors, metadata=None):
    expected[name] = {
        "format": format,
        "metadata": metadata or {},
        "tensors": {
            key: {
                "dtype": DTYPES[value.dtype],
                "shape": list(value.shape),
                "values": value.detach().to(torch.float32).contiguous().flatten().tolist(),
            }
            for key, value in tensors.items()
        },
    }


def save(stem, content, tensors):
    """Saves `content` in both of PyTorch's formats."""
    torch.save(content, HERE / f"{stem}-zip.pth")
    torch.save(content, HERE / f"{stem}-legacy.pth", _use_new_zipfile_serialization=False)
    expect(f"{stem}-zip.pth", "torch-zip", tensors)
    expect(f"{stem}-legacy.pth", "torch-legacy", tensors)


def without_folder(find_source):
    """Source files under their plain name: the golden files must not say where they were made."""
    def find(*arguments, **options):
        lines, number, path = find_source(*arguments, **options)
        return lines, number, pathlib.Path(path).name
    return find


def main():
    torch.manual_seed(0)
    torch.serialization.get_source_lines_and_file = without_folder(
        torch.serialization.get_source_lines_and_file)

    # A module's own state dict: an OrderedDict with _metadata, a 0-d int64 counter.
    module = torch.nn.Sequential(collections.OrderedDict(
        conv=torch.nn.Conv2d(2, 3, 3), norm=torch.nn.BatchNorm2d(3), fc=torch.nn.Linear(3, 2)))
    save("module", module.state_dict(), module.state_dict())

    # Every element type that is read.
    plain = numbers(7)
    types = {DTYPES[dtype].lower(): (plain > 0 if dtype is torch.bool else plain.abs().to(dtype)
                                     if dtype is torch.uint8 else plain.to(dtype)) for dtype in DTYPES}
    save("types", types, types)

    # Views: transposed, sliced with steps, expanded, offset, empty, 0-d; storages shared by several.
    base = numbers(24, 4, 6)
    views = {
        "base": base, "transposed": base.t(), "stepped": base[1::2, ::3], "row": base[2],
        "expanded": base[:1, :1].expand(3, 5), "empty": torch.zeros(0, 4), "scalar": torch.tensor(2.5),
        "permuted": base.reshape(2, 2, 6).permute(2, 0, 1), "column": base[:, 3:4],
        "tied": base, "half_transposed": base.half().t(),
    }
    save("views", views, views)

    # A training script's checkpoint: wrapped, with DataParallel's prefix, beside things that are no tensors.
    weights = collections.OrderedDict(
        [("module.conv.weight", numbers(8, 2, 1, 2, 2)), ("module.conv.bias", numbers(2))])
    training = {
        "epoch": 90, "arch": "bagnet17", "best": 63.25, "state_dict": weights, "big": 2 ** 80,
        "args": argparse.Namespace(lr=0.1, seen={1, 2}), "done": True, "none": None, "nested": [[1, (2, 3)]],
        "optimizer": {"state": {0: {"momentum_buffer": torch.zeros(3)}}, "param_groups": [{"lr": 0.1}]},
    }
    save("training", training, {key[7:]: value for key, value in weights.items()})

    # Parameters, as a script that saves named_parameters() makes them.
    parameters = {"weight": torch.nn.Parameter(numbers(6, 2, 3)), "bias": torch.nn.Parameter(numbers(2))}
    save("parameters", {"model": parameters}, parameters)

    # Checksums left out.
    torch.serialization.set_crc32_options(False)
    torch.save(parameters, HERE / "unchecked-zip.pth")
    torch.serialization.set_crc32_options(True)
    expect("unchecked-zip.pth", "torch-zip", parameters)

    # A whole network, which needs its code; and things without named tensors.
    torch.save(Tiny(), HERE / "whole-zip.pth")
    torch.save(Tiny(), HERE / "whole-legacy.pth", _use_new_zipfile_serialization=False)
    torch.save(numbers(3), HERE / "single-zip.pth")
    torch.save({"epoch": 3}, HERE / "epoch-zip.pth")
    torch.save(parameters, HERE / "protocol4-zip.pth", pickle_protocol=4)
    torch.jit.save(torch.jit.trace(Tiny(), torch.ones(2)), HERE / "script-zip.pth")

    class Runs:
        def __reduce__(self):
            return os.system, ("true",)

    torch.save({"weight": numbers(3), "run": Runs()}, HERE / "os-system-zip.pth")
    torch.save({"weight": numbers(3), "run": Runs()}, HERE / "os-system-legacy.pth",
               _use_new_zipfile_serialization=False)

    metadata = {"format": "pt", "é\"\\\n": "snow ☃ and 🐟"}
    safe = {key: value.contiguous().clone() for key, value in {**types, **module.state_dict()}.items()}
    safe["empty"] = torch.zeros(2, 0)
    safetensors.torch.save_file(safe, HERE / "types.safetensors", metadata=metadata)
    expect("types.safetensors", "safetensors", safe, metadata)

    # Rounding to 16 bits, ties to even.
    rounding = torch.tensor([
        0.0, -0.0, 1.0, 1 + 2 ** -11, 1 + 3 * 2 ** -11, 1 + 2 ** -11 + 2 ** -20, 1 + 2 ** -8, 1 + 3 * 2 ** -8,
        1 + 2 ** -8 + 2 ** -20, 65504.0, 65519.0, 2 ** -24, 2 ** -25, 3 * 2 ** -25, 6.1e-5, -1 / 3, 1e-3,
        1234.5, float("inf"), -float("inf")])
    expected["rounding"] = {
        "source": [value.hex() for value in rounding.tolist()],
        "fp16": rounding.half().view(torch.int16).int().bitwise_and(0xFFFF).tolist(),
        "bf16": rounding.bfloat16().view(torch.int16).int().bitwise_and(0xFFFF).tolist(),
    }
    (HERE / "EXPECTED.json").write_text(json.dumps(expected, indent=1, sort_keys=True) + "\n")


main()
