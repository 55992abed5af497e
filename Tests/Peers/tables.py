"""The results as text: aligned for a terminal, or in Markdown."""


def table(header, rows, markdown):
    """The first column to the left, the others to the right."""
    if markdown:
        lines = ["| " + " | ".join(header) + " |", "|---" + "|---:" * (len(header) - 1) + "|"]
        return lines + ["| " + " | ".join(row) + " |" for row in rows]
    widths = [max(len(row[column]) for row in [header, *rows]) for column in range(len(header))]
    return [
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths))).rstrip()
        for row in [header, *rows]
    ]


def seconds(value):
    return f"{value:.1f} s" if value >= 100 else f"{value:.2f} s" if value >= 1 else f"{1000 * value:.1f} ms"


def span(values):
    return f"{seconds(min(values))}…{seconds(max(values))}"


def judged(holds, tiny):
    return "–" if tiny else "holds" if holds else "missed"


def case_row(case, tiny):
    name = case["model"] + ("" if case["width"] == 64 else f", width {case['width']}")
    share = case["pytorch_share"]
    extrapolated = "" if share > 0.999 else f" (from {100 * share:.1f} %)"
    return [
        f"{name}, {case['side']} px: {case['task']}", str(case["batch"]),
        seconds(case["pytorch_seconds"]) + extrapolated, span(case["all_pytorch_seconds"]),
        seconds(case["patchwork_seconds"]), span(case["all_patchwork_seconds"]),
        "" if case["fraction_of_gemm"] is None else f"{100 * case['fraction_of_gemm']:.0f} %",
        f"{case['ratio']:.2f}",
        f"≥ {case['target']:g}" if case["target"] else f"< {case['seconds']:g} s", judged(case["holds"], tiny),
    ]


def render(document, markdown):
    """Everything measured, one table a kind, and what was measured where."""
    tiny = document["tiny"]
    layout = " channels last" if document["channels_last"] else ""
    limit = document["gemm_gflops"]
    product = f", matrix product {limit:.0f} GFLOP/s" if limit else ""
    lines = [
        f"{document['date']}, {document['processor']}, {document['threads']} threads, "
        f"PyTorch {document['pytorch']}{layout}{product}; medians of {document['repeats']} interleaved runs "
        "(least…greatest)",
        f"`{document['command']}`" if markdown else document["command"], "",
    ]
    if tiny:
        lines += ["Tiny networks and pictures: the numbers say nothing.", ""]
    if document["cases"]:
        header = [
            "case", "batch", "PyTorch", "least…greatest", "Patchwork", "least…greatest",
            "of limit", "ratio", "target", ""]
        lines += table(header, [case_row(case, tiny) for case in document["cases"]], markdown) + [""]
        if any(case["pytorch_share"] < 0.999 for case in document["cases"]):
            lines += [
                "Where a percentage stands, PyTorch ran that share of identical batches and its time is "
                "extrapolated.", ""]
    compared = [case for case in document["cases"] if case["map_difference"] is not None]
    if compared:
        lines += [
            "Maps of both, greatest difference / greatest value: " + ", ".join(
                f"{case['model']} {case['task']} {case['map_difference']:.1e}" for case in compared), ""]
    if document["tasks_patchwork_lacks"]:
        lines += ["This Patchwork cannot time: " + ", ".join(document["tasks_patchwork_lacks"]), ""]
    if document["memory"]:
        rows = [
            [f"{case['model']}, {case['side']} px", str(case["batch"]),
             *(f"{case[who] / 2**20:.0f} MiB" for who in ("pytorch_bytes", "patchwork_bytes")),
             f"{case['patchwork_bytes'] / case['pytorch_bytes']:.2f}", judged(case["holds"], tiny)]
            for case in document["memory"]
        ]
        header = ["greatest memory, input gradient", "batch", "PyTorch", "Patchwork", "share", "≤ PyTorch's"]
        lines += table(header, rows, markdown)
        idle = document["memory"][0]["pytorch_bytes_when_only_loaded"]
        lines += [
            "",
            f"Of PyTorch's, {idle / 2**20:.0f} MiB are there once its libraries are loaded; builds differ in that.",
            ""]
    if document["start_up"]:
        rows = [
            [case["name"], f"{case['milliseconds']:.0f} ms", f"{case['least']:.0f}…{case['greatest']:.0f} ms",
             f"< {case['target']} ms", judged(case["holds"], False)]
            for case in document["start_up"]
        ]
        lines += table(["start-up, whole process", "median", "least…greatest", "target", ""], rows, markdown)
    return "\n".join(lines).rstrip()
