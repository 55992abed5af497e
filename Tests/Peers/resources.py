"""Memory and start-up, each measured in processes of their own."""

import json
import pathlib
import statistics
import subprocess
import sys

from plans import (
    CLASSIFY_MILLISECONDS, CLASSIFY_MODELS, MEMORY_BATCH, MEMORY_MODELS, VERSION_MILLISECONDS, Plan)

HERE = pathlib.Path(__file__).resolve().parent

# What PyTorch's process does: nothing but load the same network and take one input gradient.
PYTORCH_PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
import torch
from peers import network, load_pictures
torch.set_num_threads(int(sys.argv[6]))
model = network(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
model.load_state_dict(torch.load(sys.argv[5], weights_only=True))
images = load_pictures(sys.argv[7:]).requires_grad_(True)
torch.autograd.grad(model(images).sum(), images)
"""


def launch(command, repeats=1):
    """Seconds and greatest memory of each of `repeats` runs."""
    ran = subprocess.run(
        [sys.executable, str(HERE / "launch.py"), "--repeats", str(repeats), *map(str, command)],
        capture_output=True, text=True)
    if ran.returncode != 0:
        raise SystemExit(ran.stderr.strip())
    return json.loads(ran.stdout)


def memory(options, open_peer):
    """For each network the greatest memory of both in a forward pass and input gradient at batch 8."""
    idle = launch([sys.executable, "-c", "import torch, torchvision"])[0]["maximum_resident_bytes"]
    results = []
    for model in options.keep(MEMORY_MODELS):
        plan = options.sized(Plan(model, "input-gradient", MEMORY_BATCH, 1))
        with open_peer(plan) as peer:
            theirs = launch([
                sys.executable, "-c", PYTORCH_PROGRAM, HERE, plan.model, plan.width, plan.classes,
                peer.weights, options.threads, *peer.paths])
            ours = launch([
                options.patchwork, "bench", "--model", peer.card, "--images", *peer.paths, "--batch",
                plan.batch, "--task", "input-gradient", "--repeats", 1, "--threads", options.threads,
                "--quiet"])
        results.append({
            "model": model, "batch": plan.batch, "side": plan.side,
            "pytorch_bytes": theirs[0]["maximum_resident_bytes"],
            "pytorch_bytes_when_only_loaded": idle,
            "patchwork_bytes": ours[0]["maximum_resident_bytes"],
            "holds": ours[0]["maximum_resident_bytes"] <= theirs[0]["maximum_resident_bytes"],
        })
    return results


def start_up(options, open_peer):
    """The time of short commands from a cold process, in milliseconds."""
    repeats = max(3, 4 * options.repeats)

    def case(name, command, target):
        times = [1000 * run["seconds"] for run in launch([options.patchwork, *command], repeats)]
        median = statistics.median(times)
        return {
            "name": name, "milliseconds": median, "least": min(times), "greatest": max(times),
            "target": target, "holds": median < target,
        }

    results = [case("--version", ["--version"], VERSION_MILLISECONDS)]
    for model, width, classes, side in CLASSIFY_MODELS:
        plan = Plan(model, "forward", 1, 1, side=side, width=width, classes=classes)
        with open_peer(plan) as peer:
            command = ["classify", "--model", peer.card, peer.paths[0], "--threads", options.threads]
            results.append(
                case(f"classify, {model} of width {width}, {side} px", command, CLASSIFY_MILLISECONDS))
    return results
