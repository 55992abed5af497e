"""What is compared and what Patchwork aims at: PyTorch's time divided by Patchwork's at least `target`, or
Patchwork's time at most `seconds`."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Plan:
    model: str
    task: str
    batch: int
    target: float | None
    # At most this long, where that is what counts.
    seconds: float | None = None
    side: int = 224
    # 64 is the published width.
    width: int = 64
    classes: int = 1000


QUARTER = {"side": 96, "width": 16, "classes": 10}

PLANS = [
    Plan("bagnet33", "forward", 1, 1.2),
    Plan("bagnet33", "input-gradient", 1, 1.2),
    Plan("bagnet33", "forward", 8, 1.8),
    Plan("bagnet33", "input-gradient", 8, 2.0),
    Plan("resnet50", "forward", 8, 1.1),
    Plan("resnet50", "input-gradient", 8, 1.1),
    Plan("squeezenet1_1", "forward", 8, 1.1),
    Plan("squeezenet1_1", "input-gradient", 8, 1.1),
    Plan("vgg16", "forward", 8, 1.0),
    Plan("vgg16", "input-gradient", 8, 1.0),
    Plan("densenet169", "forward", 8, 1.0),
    Plan("densenet169", "input-gradient", 8, 1.0),
    Plan("alexnet", "forward", 8, 1.0),
    Plan("alexnet", "input-gradient", 8, 1.0),
    Plan("mobilenet_v2", "forward", 8, 1.0),
    Plan("mobilenet_v2", "input-gradient", 8, 1.0),
    Plan("bagnet17", "training-step", 64, 1.5, **QUARTER),
    Plan("resnet50", "training-step", 64, 1.1, **QUARTER),
    Plan("bagnet33", "sticker-step", 8, 8),
    Plan("bagnet17", "sticker-step", 8, 16),
    Plan("bagnet9", "sticker-step", 8, 14),
    Plan("bagnet33", "occlusion", 1, 12),
    Plan("bagnet17", "occlusion", 1, 30),
    Plan("bagnet9", "occlusion", 1, 60),
    Plan("bagnet33", "heatmap", 1, 25),
    Plan("bagnet17", "heatmap", 1, 5),
    Plan("bagnet9", "heatmap", 1, 2.5),
    # 5,929 places of a 20 px sticker, and 625 of a 32 px one.
    Plan("bagnet17", "positions", 1, None, 10, **QUARTER),
    Plan("bagnet17", "positions", 1, None, 15),
]

# Networks whose greatest memory in a forward pass and input gradient at batch 8 is to be no more than PyTorch's.
MEMORY_MODELS = ["bagnet33", "resnet50", "squeezenet1_1"]
MEMORY_BATCH = 8

# Milliseconds from a cold process.
VERSION_MILLISECONDS = 30
CLASSIFY_MILLISECONDS = 150
# The small networks that `classify` starts with: name, width, classes, side.
CLASSIFY_MODELS = [("bagnet17", 16, 10, 96), ("squeezenet1_1", 64, 1000, 224)]
