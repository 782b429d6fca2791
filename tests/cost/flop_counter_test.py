"""The rule exact against torch.utils.flop_counter of PyTorch 2, forward and backward.

Usage: flop_counter_test.py SOURCE_DIRECTORY
The counter knows products of matrices and convolutions, so those parts are compared, and the
parameters. The python3 whose torch is meant is in ISOJOULE_TORCH_PYTHON. (`--models` is the half of it
that runs there.) Skipped, with exit code 77, where no torch has a counter: that of Debian 12 has none.
"""

import json
import os
import pathlib
import subprocess
import sys

SKIPPED = 77
BATCH = 3
# All architectures, with layers one and many, and sides that poolings round down.
WORKLOADS = ["mlp-1x7", "mlp-3x64", "cnn-1x5", "cnn-2x8", "cnn-5x6", "rnn-1x16", "rnn-3x16",
             "crnn-1.1x2.3", "crnn-3.1x4.6", "crnn-4.3x5.6"]


def sizes_of(workload):
    architecture, _, sizes = workload.partition("-")
    return architecture, *([int(n) for n in side.split(".")] for side in sizes.split("x"))


def make_model(workload):
    """The model of docs/workloads.md, written anew."""
    from torch import nn
    architecture, layers, units = sizes_of(workload)

    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.front, self.gru, out = nn.Sequential(), None, 8192
            if architecture == "mlp":
                for _ in range(layers[0]):
                    self.front.extend([nn.Linear(out, units[0]), nn.ReLU()])
                    out = units[0]
            if architecture in ("cnn", "crnn"):
                channels = 1
                for _ in range(layers[0]):
                    self.front.extend([nn.Conv2d(channels, units[0], 3, padding=1), nn.ReLU(),
                                       nn.MaxPool2d(2)])
                    channels = units[0]
                out = units[0] * (128 >> layers[0]) * (64 >> layers[0])
            if architecture in ("rnn", "crnn"):
                inputs = units[0] if architecture == "crnn" else out
                self.gru = nn.GRU(inputs, units[-1], layers[-1], batch_first=True)
                out = units[-1]
            self.last = nn.Linear(out, 10)

        def forward(self, x):
            x = self.front(x.flatten(1) if architecture == "mlp" else x)
            if self.gru is None:
                return self.last(x.flatten(1))
            x = x.reshape(x.size(0), -1, self.gru.input_size)
            return self.last(self.gru(x)[0][:, -1])

    return Model()


def print_counts():
    import torch
    from torch.utils.flop_counter import FlopCounterMode
    counts = {}
    for workload in WORKLOADS:
        model = make_model(workload)
        clips, labels = torch.zeros(BATCH, 1, 128, 64), torch.zeros(BATCH, 10)
        with FlopCounterMode(display=False) as forward:
            loss = torch.nn.functional.binary_cross_entropy_with_logits(model(clips), labels)
        with FlopCounterMode(display=False) as backward:
            loss.backward()
        counts[workload] = {"flops_forward_matmul": forward.get_total_flops(),
                            "flops_backward_matmul": backward.get_total_flops(),
                            "parameters": sum(p.numel() for p in model.parameters())}
    print(json.dumps({"torch": torch.__version__, "counts": counts}))


def find_python(source):
    """Who has a torch with a counter; else why not."""
    named = os.environ.get("ISOJOULE_TORCH_PYTHON")
    places = [named] if named else [str(source / ".venv-torch/bin/python3"), "/usr/bin/python3"]
    for python in places:
        if pathlib.Path(python).exists():
            tried = subprocess.run([python, "-c", "import torch.utils.flop_counter"],
                                   capture_output=True)
            if tried.returncode == 0:
                return python
    print(f"skipped: no torch with torch.utils.flop_counter (2.1 or later) in {', '.join(places)}; "
          "name one's python3 in ISOJOULE_TORCH_PYTHON")
    sys.exit(SKIPPED)


def main():
    python = find_python(pathlib.Path(sys.argv[1]))
    done = subprocess.run([python, "-B", __file__, "--models"], check=True, capture_output=True,
                          text=True)
    theirs = json.loads(done.stdout)
    for workload, expected in theirs["counts"].items():
        out = subprocess.run([os.environ["ISOJOULE"], "count", "--workload", workload, "--batch",
                              str(BATCH), "--json"], check=True, capture_output=True, text=True)
        ours = json.loads(out.stdout)
        for key, value in expected.items():
            assert ours[key] == value, f"{workload}: {key} is {ours[key]}, torch counts {value}"
    print(f"{len(theirs['counts'])} models, as torch {theirs['torch']} counts them")


if __name__ == "__main__":
    if "--models" in sys.argv:
        print_counts()
    else:
        main()
