"""What `isojoule count` takes on an ONNX file of 1000 nodes, and on ResNet-50.

Usage: count.py ISOJOULE
Files are made by tests/onnx/make_models.py with the onnx package and torchvision of /usr/bin/python3;
without them there is nothing to measure. Times are of whole processes and, apart from their start,
less that of `isojoule --version`, in turns.
"""

import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import warnings

import ratios

ISOJOULE = os.path.abspath(sys.argv[1])
MODELS = pathlib.Path(__file__).resolve().parents[1] / "tests" / "onnx"
ROUNDS = 51
NODES = 1000


def wall_ms(arguments):
    begin = time.perf_counter()
    subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - begin) * 1e3


def medians(commands):
    """Of {name: arguments}, in turns."""
    times = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, arguments in commands.items():
            times[name].append(wall_ms(arguments))
    return {name: statistics.median(values) for name, values in times.items()}


def make(function, file, what):
    """Whether the file could be made."""
    try:
        function()
    except ImportError as error:
        print(f"isojoule count on {what}: not measured, the file cannot be made here ({error})")
        return False
    return file.exists()


def main():
    warnings.simplefilter("ignore")
    sys.path.insert(0, str(MODELS))
    sys.dont_write_bytecode = True
    import make_models
    with tempfile.TemporaryDirectory() as name:
        chain, resnet = pathlib.Path(name) / "chain.onnx", pathlib.Path(name) / "resnet50.onnx"
        commands = {"start": [ISOJOULE, "--version"]}
        if make(lambda: make_models.chain(chain, NODES), chain, f"{NODES} nodes"):
            commands["chain"] = [ISOJOULE, "count", str(chain), "--input", "x=8x64"]
        if make(lambda: make_models.resnet50(resnet), resnet, "ResNet-50"):
            commands["resnet"] = [ISOJOULE, "count", str(resnet)]
        found = medians(commands)
    for key, what in (("chain", f"{NODES} nodes, goal under 50 ms"),
                      ("resnet", "ResNet-50, a file of 102 MB")):
        if key in found:
            print(f"isojoule count on {what}: {found[key]:.1f} ms, of which "
                  f"{found[key] - found['start']:.1f} ms after its start (medians of {ROUNDS})")
            ratios.keep(f"count beside --version, {what.partition(',')[0]}",
                        found[key] / found["start"], "less")


if __name__ == "__main__":
    main()
