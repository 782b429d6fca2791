"""What isojoule-train costs beside the same training in Python, and decoding beside ready features.

Usage: trainer.py ISOJOULE_TRAIN
The CPU time of a step on one thread, which other programs on the machine blur less than its wall time.
Both programs run in turns; medians over rounds.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import ratios

ROUNDS = 5
STEPS = {"mlp-2x512": 30, "cnn-1x32": 30, "rnn-1x256": 25, "crnn-1.1x32.32": 4}
# glibc gives memory back to the kernel and takes it anew in each step, in each program as its heap happens
# to lie; half of a small step is then the kernel's. Kept memory leaves the work itself to compare.
KEPT = {"MALLOC_MMAP_THRESHOLD_": str(32 << 20), "MALLOC_TRIM_THRESHOLD_": str(1 << 40)}
WARMUP = 3


def make_model(torch, name):
    """The architectures of docs/workloads.md, in Python."""
    nn = torch.nn
    kind, _, shape = name.partition("-")
    layers, _, hidden = shape.partition("x")
    layers, hidden = ([int(n) for n in part.split(".")] for part in (layers, hidden))

    def convolutions(count, channels):
        blocks, into = [], 1
        for _ in range(count):
            blocks += [nn.Conv2d(into, channels, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
            into = channels
        return blocks

    class Recurrent(nn.Module):
        def __init__(self, before, into, units, count):
            super().__init__()
            self.before = nn.Sequential(*before)
            self.into = into
            self.gru = nn.GRU(into, units, count, batch_first=True)
            self.out = nn.Linear(units, 10)

        def forward(self, x):
            x = self.before(x)
            return self.out(self.gru(x.reshape(x.shape[0], -1, self.into))[0][:, -1])

    if kind == "mlp":
        blocks, into = [nn.Flatten()], 8192
        for _ in range(layers[0]):
            blocks += [nn.Linear(into, hidden[0]), nn.ReLU()]
            into = hidden[0]
        return nn.Sequential(*blocks, nn.Linear(into, 10))
    if kind == "cnn":
        plane = (128 >> layers[0]) * (64 >> layers[0])
        return nn.Sequential(*convolutions(layers[0], hidden[0]), nn.Flatten(),
                             nn.Linear(hidden[0] * plane, 10))
    if kind == "rnn":
        return Recurrent([], 8192, hidden[0], layers[0])
    return Recurrent(convolutions(layers[0], hidden[0]), hidden[0], hidden[1], layers[1])


def python_step_s(name, steps):
    """CPU time of a step of the same training; run in a process of its own."""
    import torch
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(1)
    model = make_model(torch, name)
    adam = torch.optim.Adam(model.parameters(), lr=1e-3)
    clips = torch.rand(256, 1, 128, 64)
    labels = (torch.rand(256, 10) < 0.2).float()
    for step in range(WARMUP + steps):
        if step == WARMUP:
            begin = time.process_time()
        chosen = torch.arange(8 * step, 8 * step + 8) % 256
        adam.zero_grad()
        loss = torch.nn.functional.binary_cross_entropy_with_logits(model(clips[chosen]),
                                                                    labels[chosen])
        loss.backward()
        adam.step()
        loss.item()
    return (time.process_time() - begin) / steps


def run(*command, **variables):
    environment = dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1",
                       MKL_NUM_THREADS="1", **variables)
    return subprocess.run(command, check=True, capture_output=True, text=True,
                          env=environment).stdout


def trainer_step_s(trainer, *arguments, **variables):
    output = json.loads(run(trainer, "--json", "--threads", "1", *arguments, **variables))
    return output["cpu_s"] / output["steps"]


def torch_of(python):
    try:
        return run(python, "-c", "import torch; print(torch.__version__)").strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def against_python(trainer):
    python = "/usr/bin/python3"
    version = torch_of(python)
    own = json.loads(run(trainer, "--json", "--workload", "mlp-1x8", "--steps", "1"))["torch"]
    if version is None:
        print(f"isojoule-train beside Python: not measured, {python} has no torch")
        return
    print(f"CPU time of a step on one thread, LibTorch {own} and Python's torch {version}:")
    for name, steps in STEPS.items():
        for how, variables in [("memory kept", KEPT), ("as they are", {})]:
            ours, theirs = [], []
            for _ in range(ROUNDS):
                ours.append(trainer_step_s(trainer, "--workload", name, "--steps", str(steps),
                                           "--warmup", str(WARMUP), **variables))
                theirs.append(float(run(python, "-B", __file__, "--python-step", name, str(steps),
                                        **variables)))
            ours, theirs = statistics.median(ours) * 1e3, statistics.median(theirs) * 1e3
            goal = "; goal at most 1.05" if variables else ""
            print(f"{name:<15} {how}: {ours:7.2f} ms and {theirs:7.2f} ms, ratio "
                  f"{ours / theirs:.3f}{goal}", flush=True)
            ratios.keep(f"trainer's step beside Python's, {name}, {how}", ours / theirs, "less")


def decoded_against_ready(trainer):
    """The protocol paper decodes and transforms each clip at each step."""
    with tempfile.TemporaryDirectory() as folder:
        data, cache = os.path.join(folder, "data"), os.path.join(folder, "cache")
        run(trainer, "make-dataset", data, "--clips", "24")
        shared = ["--workload", "mlp-1x64", "--data", data, "--cache", cache]
        ready, decoded = [], []
        for _ in range(3):
            ready.append(trainer_step_s(trainer, *shared, "--steps", "50"))
            decoded.append(trainer_step_s(trainer, *shared, "--protocol", "paper", "--epochs", "2"))
    ready, decoded = statistics.median(ready) * 1e3, statistics.median(decoded) * 1e3
    print(f"mlp-1x64, clips of 10 s: {ready:.2f} ms of CPU time a step with features ready, "
          f"{decoded:.0f} ms decoded in the step: {(decoded - ready) / 8:.1f} ms a clip")


def main():
    if sys.argv[1] == "--python-step":
        print(python_step_s(sys.argv[2], int(sys.argv[3])))
        return
    trainer = os.path.abspath(sys.argv[1])
    against_python(trainer)
    decoded_against_ready(trainer)


if __name__ == "__main__":
    main()
