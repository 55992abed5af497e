"""Reads recorded responses with pandas, as the published Python package for comparing models with people does (Geirhos
et al. 2021, 2106.07411), and prints shape bias and error consistency beside Patchwork's.

    pip install pandas
    python Tests/Peers/responses.py --patchwork .build/release/patchwork responses/*.csv
    python Tests/Peers/responses.py --package model-vs-human --patchwork … responses/*.csv

With --package DIR, a checkout of that package (it is on no registry), its own reader and its own analyses run on the
files; without it the same definitions, written anew below. Exits with 1 where a number differs by more than 1e-12.
"""

import argparse
import importlib
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import types

import pandas


def published(folder):
    """The package's reader, shape bias and error consistency, without what it imports for plots and networks."""
    for name, where in [("", ""), (".plotting", "plotting"), (".helper", "helper")]:
        module = types.ModuleType("modelvshuman" + name)
        module.__path__ = [os.path.join(folder, "modelvshuman", where)]
        sys.modules["modelvshuman" + name] = module
    categories = types.ModuleType("modelvshuman.helper.human_categories")
    categories.get_human_object_recognition_categories = list
    makers = types.ModuleType("modelvshuman.plotting.decision_makers")
    for module, parent in [(categories, "helper"), (makers, "plotting")]:
        sys.modules[module.__name__] = module
        setattr(sys.modules[f"modelvshuman.{parent}"], module.__name__.split(".")[-1], module)
    analyses = importlib.import_module("modelvshuman.plotting.analyses")
    helper = importlib.import_module("modelvshuman.helper.plotting_helper")

    def read(paths):
        with tempfile.TemporaryDirectory() as gathered:
            for place, path in enumerate(paths):
                shutil.copy(path, os.path.join(gathered, f"{place}.csv"))
            frame = helper.read_all_csv_files_from_directory(gathered)
        frame["image_id"] = frame["imagename"].apply(helper.get_short_imagename)
        return frame

    def kappa(first, second):
        return analyses.ErrorConsistency().analysis(first, second)["error-consistency"]

    return read, lambda frame: analyses.ShapeBias().analysis(frame)["shape-bias"], kappa


def rewritten():
    """The same definitions, from the papers."""

    def read(paths):
        frames = [pandas.read_csv(path).rename(columns=str.lower) for path in paths]
        frame = pandas.concat(frames, ignore_index=True)
        frame["image_id"] = frame["imagename"].str.rsplit("_", n=1).str[-1]
        return frame

    def shape_bias(frame):
        texture = frame["image_id"].str.extract(r"-([a-z]+)\d+\.", expand=False)
        conflict = frame[frame["category"] != texture]
        shape = (conflict["object_response"] == conflict["category"]).sum()
        return shape / (shape + (conflict["object_response"] == texture[conflict.index]).sum())

    def kappa(first, second):
        right = [
            (frame["object_response"] == frame["category"]).set_axis(frame["image_id"]).sort_index()
            for frame in (first, second)
        ]
        observed = (right[0] == right[1]).mean()
        p, q = right[0].mean(), right[1].mean()
        expected = p * q + (1 - p) * (1 - q)
        return (observed - expected) / (1 - expected)

    return read, shape_bias, kappa


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+")
    parser.add_argument("--package", help="a checkout of the published package")
    parser.add_argument("--patchwork", required=True, help="the built tool")
    options = parser.parse_args()
    read, shape_bias, kappa = published(options.package) if options.package else rewritten()
    frame = read(options.files)
    names = sorted(frame["subj"].unique())
    own = {name: frame[frame["subj"] == name] for name in names}
    people = [name for name in names if name.startswith("subject-")]
    networks = [name for name in names if name not in people]

    command = [options.patchwork, "texture-bias", "--json", "--responses", *options.files]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    consistency = found.get("error_consistency", {})
    rows = []
    for observer in found["observers"]:
        rows.append((f"shape bias, {observer['name']}", shape_bias(own[observer["name"]]), observer["shape_bias"]))

    def mean(pairs):
        values = [kappa(own[one], own[other]) for one, other in pairs]
        return sum(values) / len(values)

    if len(people) > 1:
        rows.append((
            "error consistency, between people", mean(itertools.combinations(people, 2)),
            consistency["between_people"]["kappa"]))
    if people:
        for network in consistency.get("networks_with_people", []):
            pairs = [(network["name"], person) for person in people]
            rows.append((f"error consistency, {network['name']} with people", mean(pairs), network["kappa"]))
    for pair in consistency.get("pairs", []):
        if pair["first"] in networks and pair["second"] in networks and pair["kappa"] is not None:
            value = kappa(own[pair["first"]], own[pair["second"]])
            rows.append((f"error consistency, {pair['first']} with {pair['second']}", value, pair["kappa"]))
    worst = 0
    for name, peer, patchwork in rows:
        worst = max(worst, abs(peer - patchwork))
        print(f"{name:60} {peer:.6f} {patchwork:.6f}")
    print(f"{len(rows)} numbers, the greatest difference is {worst:.1e}")
    sys.exit(worst > 1e-12)


if __name__ == "__main__":
    main()
