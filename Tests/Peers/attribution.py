"""Attribution maps of the reference ResNet-50 beside captum's, and ε-LRP beside its formula in PyTorch.

    pip install torch torchvision safetensors pillow numpy captum
    python Tests/Peers/attribution.py --reference ../shared/reference --pictures ../shared/data/imagenette/val

Ends with 1 when a map is further than 1e-3 from its peer, relative to the peer's length.

Conventions: the network takes pixels in 0...1 and normalises them itself, so gradients are per pixel value and the
baseline is the mean colour, zero after normalisation. captum's Saliency is the size of the gradient in each channel;
Patchwork's map is the greatest of the three. Both sum the other methods over channels, and both leave the closing ReLU
of Grad-CAM out. DeepLift's reference is of one colour, so a maximum passes on its gradient whole: captum's rule for
maxima, whose result the hook of a ReLU before them passes over, comes to the same.
"""

import argparse
import json
import pathlib
import sys
import tempfile
import types

import captum.attr
import numpy
import safetensors.torch
import torch
from PIL import Image
from torch import nn
from torchvision.transforms import functional as framing

from peers import BINARY, network, patchwork
from tables import table

EPSILON = 1e-4
TOLERANCE = 1e-3


class Normalised(nn.Module):
    """A network behind its card's normalisation."""

    def __init__(self, inner, mean, deviation):
        super().__init__()
        self.inner = inner
        self.mean = torch.tensor(mean).view(1, 3, 1, 1)
        self.deviation = torch.tensor(deviation).view(1, 3, 1, 1)

    def forward(self, pixels):
        return self.inner((pixels - self.mean) / self.deviation)


def with_separate_relus(resnet):
    """captum tells modules apart by where they stand; torchvision uses one ReLU three times."""

    def forward(block, x):
        y = block.relu1(block.bn1(block.conv1(x)))
        y = block.relu2(block.bn2(block.conv2(y)))
        y = block.bn3(block.conv3(y))
        return block.relu3(y + (x if block.downsample is None else block.downsample(x)))

    for stage in range(1, 5):
        for block in getattr(resnet, f"layer{stage}"):
            block.relu1, block.relu2, block.relu3 = nn.ReLU(), nn.ReLU(), nn.ReLU()
            block.forward = types.MethodType(forward, block)
    return resnet


class Stabilised(torch.autograd.Function):
    """Passes sums on; on the way back what they stand for is shared out over z + ε · sign z."""

    @staticmethod
    def forward(context, sums):
        context.save_for_backward(sums)
        return sums.clone()

    @staticmethod
    def backward(context, gradient):
        (sums,) = context.saved_tensors
        signed = torch.where(sums < 0, -EPSILON, EPSILON)
        return gradient * sums / (sums + signed)


def relevance(model, pixels, target):
    """ε-LRP in the form of Ancona et al. (2018): gradient × input with every weighted sum stabilised. A convolution and
    the batch norm behind it are one sum; captum's own LRP does not know shortcuts."""
    handles = [
        module.register_forward_hook(lambda _, __, output: Stabilised.apply(output))
        for module in model.modules() if isinstance(module, (nn.BatchNorm2d, nn.Linear))]
    pixels = pixels.clone().requires_grad_()
    gradient = torch.autograd.grad(model(pixels)[0, target], pixels)[0]
    for handle in handles:
        handle.remove()
    return (gradient * (pixels - model.mean))[0].detach()


def peers(model, pixels, target):
    """For each method, what of Patchwork's file is compared and with what."""
    baseline = model.mean.expand_as(pixels)
    found = {
        "saliency": ("|gradient|", captum.attr.Saliency(model).attribute(pixels, target=target)[0]),
        "gradient_times_input": ("channels", captum.attr.InputXGradient(model).attribute(pixels, target=target)[0]),
        "integrated_gradients": ("channels", captum.attr.IntegratedGradients(model).attribute(
            pixels, baselines=baseline, target=target, n_steps=50, method="riemann_middle")[0]),
        "occlusion": ("values", captum.attr.Occlusion(model).attribute(
            pixels, sliding_window_shapes=(3, 16, 16), strides=(3, 8, 8), baselines=baseline, target=target)[0, 0]),
        "lrp": ("channels", relevance(model, pixels, target)),
    }
    cells = captum.attr.LayerGradCam(model, model.inner.layer4).attribute(pixels, target=target)
    found["grad_cam"] = ("cells", cells[0, 0])
    found["grad_cam, enlarged"] = ("values", captum.attr.LayerAttribution.interpolate(
        cells, pixels.shape[2:], "bilinear")[0, 0])

    found["deeplift"] = ("channels", captum.attr.DeepLift(model).attribute(
        pixels, baselines=baseline, target=target)[0])
    return {method: (key, value.detach()) for method, (key, value) in found.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reference", type=pathlib.Path, required=True)
    parser.add_argument("--pictures", type=pathlib.Path, required=True, help="a folder of class folders")
    parser.add_argument("--binary", type=pathlib.Path, default=BINARY)
    parser.add_argument("--count", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)

    card_path = arguments.reference / "resnet50-w16-imagenette96.json"
    card = json.loads(card_path.read_text())
    steps = card["preprocessing"]
    inner = network("resnet50", width=16, classes=len(card["classes"]))
    state = torch.load(arguments.reference / card["weights"], map_location="cpu", weights_only=True)
    inner.load_state_dict(state.get("state_dict", state))
    model = Normalised(with_separate_relus(inner), steps["mean"], steps["std"]).eval()

    pictures = sorted(arguments.pictures.glob("*/*"))
    rows, worst = [], 0.0
    for picture in pictures[:: max(1, len(pictures) // arguments.count)][: arguments.count]:
        image = framing.resize(Image.open(picture).convert("RGB"), steps["resize_shorter_side"])
        image = framing.center_crop(image, steps["center_crop"])
        pixels = torch.from_numpy(numpy.array(image)).permute(2, 0, 1)[None].float() / 255
        with torch.no_grad():
            target = int(model(pixels).argmax())
            difference = float(model(pixels)[0, target] - model(model.mean.expand_as(pixels))[0, target])
        for method, (key, expected) in peers(model, pixels, target).items():
            with tempfile.TemporaryDirectory() as folder:
                numbers = f"{folder}/map.safetensors"
                said = patchwork(
                    arguments.binary, "heatmap", "--model", card_path, "--image", picture, "--class",
                    card["classes"][target], "--method", method.split(",")[0], "--out", f"{folder}/map.png",
                    "--values", numbers, "--threads", arguments.threads)
                tensors = safetensors.torch.load_file(numbers)
            found = tensors["gradient"].abs() if key == "|gradient|" else tensors[key]
            error = float((found - expected).norm() / expected.norm())
            greatest = float((found - expected).abs().max() / expected.abs().max())
            worst = max(worst, error)
            adds = ""
            if method.split(",")[0] in ("deeplift", "integrated_gradients"):
                adds = f"{float(expected.sum()):.5f} / {said['map_sum']:.5f} / {difference:.5f}"
            rows.append([picture.name, method, key, f"{error:.1e}", f"{greatest:.1e}", adds])
    header = [
        "picture", "method", "compared", "relative error", "greatest error / greatest value",
        "sum: peer / Patchwork / difference of logits"]
    print("\n".join(table(header, rows, markdown=False)))
    print(f"worst relative error {worst:.1e}, at most {TOLERANCE:.0e} wanted")
    sys.exit(0 if worst <= TOLERANCE else 1)


if __name__ == "__main__":
    main()
