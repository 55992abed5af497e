"""Times PyTorch and Patchwork in turn on the same machine, for one network with random weights.

Forward, and forward with the gradient of the summed logits with respect to the pictures. Both frameworks
run the same architecture at its published width on 224 px pictures in fp32, in evaluation mode, without
gradients of the parameters. Each repetition times PyTorch and then Patchwork, so that a busy machine slows
both; every process warms up once untimed. Printed are medians, and PyTorch's time divided by Patchwork's.

    pip install torch torchvision
    make build
    python Tests/Peers/speed.py --model bagnet33 --batch 1 8 --repeats 5 --threads 2

Patchwork folds batch norm into the convolutions before it starts, as it does in every command; PyTorch runs
the network as it is. --channels-last gives PyTorch the other memory layout.
"""

import argparse
import datetime
import json
import pathlib
import platform
import statistics
import time

import torch

from peers import ARCHITECTURES, BINARY, network, patchwork

TASKS = ["forward", "forward+input-gradient"]


class Peer:
    """One network in PyTorch and a batch of pictures for it."""

    def __init__(self, name, batch, side, channels_last):
        torch.manual_seed(0)
        layout = torch.channels_last if channels_last else torch.contiguous_format
        self.model = network(name).to(memory_format=layout)
        self.images = torch.rand(batch, 3, side, side).to(memory_format=layout)

    def run(self, task):
        if task == "forward":
            with torch.inference_mode():
                self.model(self.images)
        else:
            images = self.images.clone().requires_grad_(True)
            torch.autograd.grad(self.model(images).sum(), images)

    def seconds(self, task):
        start = time.perf_counter()
        self.run(task)
        return time.perf_counter() - start


def processor():
    """The processor's name, as Linux tells it."""
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or "unknown"


def measure(batch, options):
    """The timings of one batch size: for each task, lists of seconds for both."""
    peer = Peer(options.model, batch, options.side, options.channels_last)
    for task in TASKS:
        peer.run(task)
    times = {task: {"pytorch": [], "patchwork": []} for task in TASKS}
    limits = []
    for _ in range(options.repeats):
        for task in TASKS:
            times[task]["pytorch"].append(peer.seconds(task))
        answer = patchwork(
            options.patchwork, "bench", "--model", options.model, "--batch", batch, "--side", options.side,
            "--repeats", 1, "--threads", options.threads)
        limits.append(answer["gemm_gflops"])
        for task in TASKS:
            case = next(item for item in answer["cases"] if item["name"] == f"{options.model} {task}")
            times[task]["patchwork"].append(case["seconds"])
    return times, limits


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="bagnet33", choices=ARCHITECTURES)
    parser.add_argument("--batch", type=int, nargs="+", default=[1, 8])
    parser.add_argument("--side", type=int, default=224, help="height and width in pixels")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--channels-last", action="store_true", help="PyTorch's other memory layout")
    parser.add_argument("--patchwork", type=pathlib.Path, default=BINARY, help="the release binary")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    if min(*options.batch, options.side, options.repeats, options.threads) < 1:
        parser.error("--batch, --side, --repeats and --threads expect at least 1")
    torch.set_num_threads(options.threads)

    cases, limits = [], []
    for batch in options.batch:
        times, found = measure(batch, options)
        limits += found
        for task in TASKS:
            medians = {who: statistics.median(values) for who, values in times[task].items()}
            cases.append({
                "model": options.model, "task": task, "batch": batch,
                "pytorch_seconds": medians["pytorch"], "patchwork_seconds": medians["patchwork"],
                "ratio": medians["pytorch"] / medians["patchwork"], "all_seconds": times[task],
            })
    document = {
        "date": datetime.date.today().isoformat(), "processor": processor(), "threads": options.threads,
        "repeats": options.repeats, "side": options.side, "pytorch": torch.__version__,
        "channels_last": options.channels_last, "gemm_gflops": statistics.median(limits), "cases": cases,
    }
    if options.json:
        print(json.dumps(document, indent=2, sort_keys=True))
        return
    print(f"{document['date']}, {document['processor']}, {options.threads} threads, "
          f"PyTorch {torch.__version__}, matrix product {document['gemm_gflops']:.0f} GFLOP/s, "
          f"medians of {options.repeats}")
    print(f"{'case':34}{'batch':>6}{'PyTorch s':>12}{'Patchwork s':>13}{'ratio':>8}")
    for case in cases:
        print(f"{case['model'] + ' ' + case['task']:34}{case['batch']:>6}{case['pytorch_seconds']:>12.3f}"
              f"{case['patchwork_seconds']:>13.3f}{case['ratio']:>8.2f}")


if __name__ == "__main__":
    main()
