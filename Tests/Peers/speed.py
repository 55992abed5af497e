"""Times PyTorch and Patchwork in turn on the same machine, on the same weights and pictures.

Each network gets seeded random weights, saved as PyTorch's state dict with a model card; the pictures are PNG
files. Before anything is timed, the logits of both must agree to 1e-4 of the greatest. Both run in fp32 on the
same number of threads. Each repetition times PyTorch and then Patchwork, so that a busy machine slows both; every
process warms up once untimed. Printed are medians, and PyTorch's time divided by Patchwork's. Patchwork folds
batch norm into the convolutions before it starts, as it does in every command but training; PyTorch runs the
network as it is. Maps, as far as PyTorch made them, must agree to 1e-3 of the greatest value.

What is compared, and which ratio is aimed at, stands in plans.py; what PyTorch does for each, in cases/. Whole
occlusion maps and heatmaps take PyTorch minutes: --fraction 0.05 runs that share of their identical batches and
multiplies, which is said in the results.

    pip install torch torchvision safetensors pillow numpy captum
    make build
    python Tests/Peers/speed.py --model bagnet33 --task forward input-gradient --repeats 5
    python Tests/Peers/speed.py --fraction 0.05 --markdown

--channels-last gives PyTorch the other memory layout. --tiny proves in a minute that all of it runs; its numbers
say nothing.
"""

import argparse
import contextlib
import dataclasses
import datetime
import json
import pathlib
import shlex
import statistics
import sys
import tempfile
import time

import torch

import resources
import tables
from cases import CATALOGUE
from peers import (
    ARCHITECTURES, BINARY, class_names, known_tasks, load_pictures, map_difference, network, patchwork,
    processor, randomise, worst_difference, write_card, write_pictures)
from plans import PLANS

TOLERANCE = 1e-4
# An occlusion map is of small differences between large logits.
MAP_TOLERANCE = 1e-3
EXTRAS = ["memory", "start-up"]


class Peer:
    """One network in PyTorch with its pictures, and the same on disk for Patchwork."""

    def __init__(self, plan, folder, options):
        self.name, self.classes = plan.model, plan.classes
        layout = torch.channels_last if options.channels_last else torch.contiguous_format
        self.model = randomise(network(plan.model, plan.width, plan.classes), options.seed)
        self.weights, self.card = folder / "weights.pth", folder / "card.json"
        torch.save(self.model.state_dict(), self.weights)
        write_card(self.card, plan.model, self.weights.name, class_names(plan.classes))
        pictures = write_pictures(folder, [(plan.side, plan.side)] * plan.batch, options.seed)
        self.paths = [path for path, _ in pictures]
        self.images = load_pictures(self.paths).to(memory_format=layout)
        self.model.to(memory_format=layout)

    def check(self, options):
        """Ends the run when Patchwork's logits are others."""
        with torch.inference_mode():
            expected = list(self.model(self.images))
        worst = worst_difference(
            options.patchwork, self.card, self.paths, expected, class_names(self.classes), options.threads)
        if worst > TOLERANCE:
            raise SystemExit(f"{self.name}: logits differ by {worst:.1e} of the greatest, more than {TOLERANCE}")
        return worst


    def check_map(self, case, options):
        """Ends the run when Patchwork's map is another; None where the case made none."""
        values = getattr(case, "values", None)
        if values is None:
            return None
        worst = map_difference(
            options.patchwork, self.card, self.paths[0], case.drawing, values, options.threads)
        if worst > MAP_TOLERANCE:
            raise SystemExit(
                f"{self.name}: {case.task} maps differ by {worst:.1e} of the greatest, more than {MAP_TOLERANCE}")
        return worst


@dataclasses.dataclass
class Options:
    """The command line, and what follows from it."""

    given: argparse.Namespace

    def __getattr__(self, name):
        return getattr(self.given, name)

    def sized(self, plan):
        """The plan as it is run: small where --tiny asks for it."""
        if not self.tiny:
            return plan
        narrow = {"width": 8} if plan.model.startswith(("bagnet", "resnet")) else {}
        return dataclasses.replace(plan, side=64, classes=10, batch=min(plan.batch, 2), **narrow)

    def keep(self, models):
        return [model for model in models if not self.model or model in self.model]

    def chosen(self):
        return [
            plan for plan in PLANS
            if plan.model in self.keep([plan.model]) and (not self.task or plan.task in self.task)
            and (not self.batch or plan.batch in self.batch)
        ]

    def wants(self, extra):
        return not self.batch and (not self.task or extra in self.task)


@contextlib.contextmanager
def open_peer(plan, options):
    with tempfile.TemporaryDirectory() as folder:
        yield Peer(plan, pathlib.Path(folder), options)


def timed(action):
    start = time.perf_counter()
    result = action()
    return time.perf_counter() - start, result


def measure(plan, options):
    """One plan's timings of both, interleaved."""
    with open_peer(plan, options) as peer:
        difference = peer.check(options)
        case = CATALOGUE[plan.task](peer)
        case.run(0)
        theirs, ours, limits, fractions, factor = [], [], [], [], 1
        for _ in range(options.repeats):
            seconds, factor = timed(lambda: case.run(options.fraction))
            theirs.append(seconds * factor)
            answer = patchwork(
                options.patchwork, "bench", "--model", peer.card, "--images", *peer.paths, "--batch",
                plan.batch, "--task", plan.task, "--repeats", 1, "--threads", options.threads)
            ours.append(answer["cases"][0]["seconds"])
            limits.append(answer["gemm_gflops"])
            fractions.append(answer["cases"][0]["fraction_of_gemm"])
        map_difference = peer.check_map(case, options)
    medians = {"pytorch": statistics.median(theirs), "patchwork": statistics.median(ours)}
    ratio = medians["pytorch"] / medians["patchwork"]
    return {
        **dataclasses.asdict(plan), "pytorch_seconds": medians["pytorch"],
        "patchwork_seconds": medians["patchwork"], "all_pytorch_seconds": theirs,
        "all_patchwork_seconds": ours, "ratio": ratio,
        "holds": ratio >= plan.target if plan.target else medians["patchwork"] < plan.seconds,
        # Of the machine's matrix product, measured around each run; none where operations are not counted.
        "fraction_of_gemm": None if None in fractions else statistics.median(fractions),
        # 1 where PyTorch did all of it.
        "pytorch_share": 1 / factor, "gemm_gflops": statistics.median(limits),
        "logit_difference": difference, "map_difference": map_difference,
    }


def parse():
    tasks = [*CATALOGUE, *EXTRAS]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", nargs="+", choices=ARCHITECTURES, help="only these networks")
    parser.add_argument("--task", nargs="+", choices=tasks, help="only these tasks")
    parser.add_argument("--batch", type=int, nargs="+", help="only plans with these batch sizes")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--fraction", type=float, default=1,
        help="the share of identical batches that PyTorch does of occlusion maps, heatmaps and positions")
    parser.add_argument("--channels-last", action="store_true", help="PyTorch's other memory layout")
    parser.add_argument("--tiny", action="store_true", help="small networks and pictures, to try the script")
    parser.add_argument("--patchwork", type=pathlib.Path, default=BINARY, help="the release binary")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--markdown", action="store_true", help="print tables in Markdown")
    options = parser.parse_args()
    if min(options.repeats, options.threads) < 1 or not 0 < options.fraction <= 1:
        parser.error("--repeats and --threads expect at least 1, --fraction more than 0 and at most 1")
    return Options(options)


def main():
    options = parse()
    torch.set_num_threads(options.threads)
    known = known_tasks(options.patchwork)
    cases, missing = [], []
    for plan in options.chosen():
        if plan.task not in known:
            missing.append(f"{plan.model} {plan.task}")
            continue
        print(f"{plan.model} {plan.task}, batch {plan.batch}", file=sys.stderr, flush=True)
        cases.append(measure(options.sized(plan), options))

    def opened(plan):
        return open_peer(plan, options)

    document = {
        "date": datetime.date.today().isoformat(), "processor": processor(), "threads": options.threads,
        "repeats": options.repeats, "pytorch": torch.__version__, "channels_last": options.channels_last,
        "tiny": options.tiny, "command": shlex.join(["python", "Tests/Peers/speed.py", *sys.argv[1:]]),
        "gemm_gflops": statistics.median(case["gemm_gflops"] for case in cases) if cases else None,
        "cases": cases, "tasks_patchwork_lacks": missing,
        "memory": resources.memory(options, opened) if options.wants("memory") else [],
        "start_up": resources.start_up(options, opened) if options.wants("start-up") else [],
    }
    if options.json:
        print(json.dumps(document, indent=2, sort_keys=True))
    else:
        print(tables.render(document, markdown=options.markdown))


if __name__ == "__main__":
    main()
