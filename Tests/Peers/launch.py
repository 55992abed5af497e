"""Runs a command and tells what it took, as JSON: seconds, and the greatest memory it held, in bytes.

A process of its own and small on purpose: on Linux a child's greatest resident memory counts what its parent
held when it was started.

    python launch.py [--repeats N] COMMAND…
"""

import json
import os
import subprocess
import sys
import time


def run(command):
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    complaint = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise SystemExit(f"{command[0]}: exit {child.returncode}: {complaint.strip()}")
    return {"seconds": seconds, "maximum_resident_bytes": usage.ru_maxrss * 1024}


def main():
    arguments = sys.argv[1:]
    repeats = 1
    if arguments[:1] == ["--repeats"]:
        repeats, arguments = int(arguments[1]), arguments[2:]
    print(json.dumps([run(arguments) for _ in range(repeats)]))


if __name__ == "__main__":
    main()
