"""Tests of isojoule-train, run as: trainer_test.py PATH_OF_ISOJOULE_TRAIN."""

import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import unittest

TRAINER = ""
# One of each architecture, small enough for a test.
SMALL = ["mlp-2x32", "cnn-2x8", "rnn-2x16", "crnn-3.2x8.12"]
NO_GPU = {"CUDA_VISIBLE_DEVICES": ""}


def run(*arguments, **variables):
    environment = {k: v for k, v in os.environ.items() if k != "ISOJOULE_MARKS"}
    return subprocess.run([TRAINER, *arguments], capture_output=True, text=True, timeout=120,
                          env={**environment, **variables})


def train(*arguments, **variables):
    """The parsed --json output of a training that must succeed."""
    result = run("--json", "--threads", "1", *arguments, **variables)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


class Training(unittest.TestCase):
    def test_parameters_of_the_built_model_equal_the_rule(self):
        for workload in SMALL:
            with self.subTest(workload):
                output = train("--workload", workload, "--steps", "1", "--warmup", "0")
                self.assertEqual(output["workload"], workload)
                self.assertEqual(output["parameters"], output["cost"]["parameters"])

    def test_without_being_told_it_takes_the_threads_that_it_may_run_on(self):
        cpu = min(os.sched_getaffinity(0))
        for usable in ({cpu}, os.sched_getaffinity(0)):
            done = subprocess.run(
                [TRAINER, "--json", "--workload", SMALL[0], "--steps", "1", "--warmup", "0"],
                capture_output=True, text=True, timeout=120,
                preexec_fn=lambda: os.sched_setaffinity(0, usable))
            self.assertEqual(json.loads(done.stdout)["threads"], len(usable))

    def test_loss_falls(self):
        for workload in SMALL:
            with self.subTest(workload):
                losses = train("--workload", workload, "--steps", "60")["losses"]
                self.assertLess(sum(losses[-10:]), 0.9 * sum(losses[:10]))

    def test_patterns_are_learnt_not_only_how_often_labels_occur(self):
        # Knowing no more than each label's frequency leaves a loss of 0.5 or so.
        losses = train("--workload", "mlp-1x128", "--steps", "150")["losses"]
        self.assertLess(sum(losses[-10:]) / 10, 0.1)

    def test_the_seed_decides(self):
        def losses(seed):
            output = train("--workload", "crnn-3.1x4.4", "--steps", "5", "--seed", seed)
            return output["warmup_losses"] + output["losses"]

        self.assertEqual(losses("7"), losses("7"))
        self.assertNotEqual(losses("7"), losses("8"))

    def test_output_holds_what_was_asked_for(self):
        output = train("--workload", "mlp-1x8", "--steps", "7", "--warmup", "3", "--batch", "4",
                       "--blocks", "2", "--seed", "5")
        for key, value in {"steps": 7, "warmup": 3, "batch": 4, "blocks": 2, "seed": 5,
                           "threads": 1, "device": "cpu", "precision": "float32"}.items():
            self.assertEqual(output[key], value, key)
        self.assertEqual(len(output["warmup_losses"]), 3)
        self.assertEqual(len(output["losses"]), 7)
        self.assertEqual(len(output["step_s"]), 7)
        self.assertGreaterEqual(output["elapsed_s"], sum(output["step_s"]))

    def test_architecture_in_parts(self):
        output = train("--arch", "crnn", "--layers", "3.1", "--hidden", "4.8", "--steps", "1")
        self.assertEqual(output["workload"], "crnn-3.1x4.8")

    def test_text_output_shows_it_learn_in_few_lines(self):
        result = run("--workload", "mlp-1x8", "--steps", "10")
        self.assertEqual(result.returncode, 0, result.stderr)
        lines = result.stdout.splitlines()
        self.assertEqual(len(lines), 8)
        self.assertIn("mlp-1x8", lines[0])
        self.assertIn("warm-up 1-2 of 2", lines[1])
        self.assertIn("9-10 of 10", lines[6])
        self.assertIn("ms/step", lines[7])
        self.assertEqual(result.stderr, "")


class Modes(unittest.TestCase):
    CNN = ["--workload", "cnn-1x8", "--steps", "6", "--warmup", "0"]

    def test_a_test_changes_no_weights(self):
        # The 256 clips come again after 32 steps, in another order: one batch of all of them.
        losses = train("--workload", "mlp-1x8", "--mode", "test", "--batch", "256", "--steps", "3",
                       "--warmup", "0")["losses"]
        for loss in losses[1:]:
            self.assertAlmostEqual(loss, losses[0], delta=1e-5)  # single precision, other sums

    def test_the_first_loss_is_that_of_training(self):
        first = {mode: train(*self.CNN, "--mode", mode)["losses"][0] for mode in ("train", "test")}
        self.assertEqual(first["train"], first["test"])

    def test_forward_has_no_loss(self):
        output = train(*self.CNN, "--mode", "forward")
        self.assertEqual((output["losses"], output["warmup_losses"]), ([], []))
        self.assertEqual(len(output["step_s"]), 6)
        text = run(*self.CNN, "--mode", "forward").stdout
        self.assertNotIn("loss", text)
        self.assertIn("mode forward", text)

    def test_without_gradients_a_step_takes_less_cpu_time(self):
        cnn = ["--workload", "cnn-2x32", "--steps", "8"]
        cpu = {mode: train(*cnn, "--mode", mode)["cpu_s"] for mode in ("train", "test", "forward")}
        # The backward pass is more than half of a step; other programs on the machine blur it.
        self.assertLess(cpu["test"], 0.85 * cpu["train"])
        self.assertLess(cpu["forward"], 0.85 * cpu["train"])

    def test_mixed_precision_learns_with_other_digits(self):
        for workload in SMALL:
            with self.subTest(workload):
                shared = ["--workload", workload, "--steps", "10", "--warmup", "0"]
                single, mixed = train(*shared), train(*shared, "--amp", "bfloat16")
                self.assertNotEqual(single["losses"], mixed["losses"])
                # bfloat16 has 8 bits of significand: logits below 1 are right to 0.01.
                self.assertAlmostEqual(single["losses"][0], mixed["losses"][0], delta=0.02)


class Marks(unittest.TestCase):
    def receive(self, *arguments):
        """The marks of a training, as (edge, name, attributes)."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "marks")
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
                listener.bind(path)
                listener.settimeout(10)
                output = train("--workload", "mlp-1x8", *arguments, ISOJOULE_MARKS=path)
                listener.setblocking(False)
                marks = []
                while True:
                    try:
                        words = listener.recv(4096).decode().split()
                    except BlockingIOError:
                        return marks, output
                    marks.append((words[0], words[1], dict(w.split("=", 1) for w in words[2:])))

    def test_arrive_in_order_with_their_attributes(self):
        marks, output = self.receive("--steps", "7", "--blocks", "3", "--seed", "9", "--warmup", "1")
        edges = [(edge, name) for edge, name, _ in marks]
        block = [("begin", "block"), ("end", "block")]
        self.assertEqual(edges, [("begin", "steps"), *block * 3, ("end", "steps")])
        self.assertEqual([a["steps"] for e, n, a in marks if (e, n) == block[1]], ["3", "2", "2"])

        times = [int(attributes.pop("t")) for _, _, attributes in marks]
        self.assertEqual(times, sorted(times))
        self.assertAlmostEqual((times[-1] - times[0]) * 1e-9, output["elapsed_s"], delta=0.05)
        self.assertEqual(marks[-1][2], {
            "steps": "7", "samples": "56", "batch": "8", "precision": "float32", "device": "cpu",
            "threads": "1", "warmup": "1", "torch": output["torch"], "seed": "9",
            "protocol": "steps", "mode": "train", "data": "synthetic"})

    def test_blocks_go_on_for_their_share_of_the_seconds(self):
        marks, output = self.receive("--steps", "4", "--blocks", "2", "--at-least", "0.4")
        times = [(int(a["t"]) * 1e-9, edge, name, a.get("steps")) for edge, name, a in marks]
        blocks = [(begin, end) for begin, end in zip(times, times[1:])
                  if begin[1:3] == ("begin", "block")]
        self.assertEqual(len(blocks), 2)
        for begin, end in blocks:
            # Times are rounded down to a microsecond.
            self.assertGreaterEqual(end[0] - begin[0], 0.2 - 2e-6)
            self.assertGreaterEqual(int(end[3]), 2)
        steps = sum(int(end[3]) for _, end in blocks)
        self.assertEqual(times[-1][3], str(steps))
        self.assertEqual(marks[-1][2]["samples"], str(8 * steps))
        self.assertEqual((output["steps"], len(output["losses"]), len(output["step_s"])),
                         (steps, steps, steps))
        self.assertGreater(steps, 4)  # of a tenth of a second each there are fewer

    def test_modes_and_precision_are_told(self):
        for arguments, mode, precision in [
                (["--mode", "test"], "test", "float32"),
                (["--mode", "forward"], "forward", "float32"),
                (["--amp", "bfloat16"], "train", "amp-bfloat16")]:
            marks, output = self.receive("--steps", "2", *arguments)
            for told in (marks[-1][2], output):
                self.assertEqual((told["mode"], told["precision"]), (mode, precision))

    def test_few_steps_have_as_many_blocks(self):
        marks, _ = self.receive("--steps", "2")
        self.assertEqual(len([1 for edge, name, _ in marks if name == "block"]), 4)

    def test_nobody_listens(self):
        train("--workload", "mlp-1x8", "--steps", "1", ISOJOULE_MARKS="/nonexistent/marks")


class Refusals(unittest.TestCase):
    def refused(self, code, *arguments, **variables):
        result = run(*arguments, **variables)
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertEqual(result.stdout, "")
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        self.assertTrue(result.stderr.startswith("isojoule-train: "), result.stderr)
        return result.stderr

    def test_unknown_workload_names_near_ones(self):
        self.assertIn("cnn-2x128", self.refused(2, "--workload", "cnnn-2x128"))
        self.assertIn("at most 6", self.refused(2, "--workload", "cnn-8x16"))
        self.assertIn("mlp", self.refused(2, "--arch", "bert", "--layers", "1", "--hidden", "1"))

    def test_no_or_two_workloads(self):
        self.assertIn("--workload", self.refused(2))
        self.refused(2, "--arch", "mlp")
        self.refused(2, "--workload", "mlp-1x8", "--arch", "mlp", "--layers", "1", "--hidden", "8")

    def test_cuda_absent(self):
        for device in ["cuda", "cuda:3"]:
            error = self.refused(2, "--workload", "mlp-1x8", "--device", device, **NO_GPU)
            self.assertIn("--device cpu", error)
        self.assertIn("unknown device", self.refused(2, "--workload", "mlp-1x8", "--device", "tpu"))

    def test_numbers_out_of_range(self):
        for option, value in [("--steps", "0"), ("--steps", "-1"), ("--steps", "many"),
                              ("--warmup", "-1"), ("--batch", "0"), ("--threads", "0"),
                              ("--blocks", "0"), ("--seed", "-1"), ("--nonsense", "1")]:
            with self.subTest(option + " " + value):
                self.assertIn("--help", self.refused(2, "--workload", "mlp-1x8", option, value))

    def test_precision_that_a_cpu_does_not_have(self):
        self.assertIn("--device cuda", self.refused(2, "--workload", "mlp-1x8", "--tf32"))
        self.assertIn("--amp bfloat16",
                      self.refused(2, "--workload", "mlp-1x8", "--amp", "float16"))
        self.refused(2, "--workload", "mlp-1x8", "--amp", "bfloat16", "--tf32", "--device", "cuda")
        self.refused(2, "--workload", "mlp-1x8", "--amp", "int8")

    def test_an_environment_that_forces_another_precision(self):
        cuda = ["--workload", "mlp-1x8", "--device", "cuda"]
        for forced, precision, other in [("1", [], "give --tf32"), ("0", ["--tf32"], "leave out --tf32"),
                                         ("1", ["--amp", "bfloat16"], "give --tf32")]:
            error = self.refused(2, *cuda, *precision, NVIDIA_TF32_OVERRIDE=forced, **NO_GPU)
            self.assertIn(f"NVIDIA_TF32_OVERRIDE={forced}", error)
            self.assertIn(other, error)
        for forced, precision in [("1", ["--tf32"]), ("0", []), ("", [])]:
            error = self.refused(2, *cuda, *precision, NVIDIA_TF32_OVERRIDE=forced, **NO_GPU)
            self.assertIn("sees no CUDA device", error)
        train("--workload", "mlp-1x8", "--steps", "1", NVIDIA_TF32_OVERRIDE="1")

    def test_options_of_data_without_data(self):
        for option in [["--dataset", "desed"], ["--resample", "none"], ["--on-bad-audio", "skip"],
                       ["--cache", "x"], ["--evaluate"]]:
            self.assertIn("--data", self.refused(2, "--workload", "mlp-1x8", *option))

    def test_names_that_are_none(self):
        for option in ["--protocol", "--mode"]:
            self.assertIn("--help", self.refused(2, "--workload", "mlp-1x8", option, "x"))

    def test_more_blocks_than_steps(self):
        error = self.refused(2, "--workload", "mlp-1x8", "--steps", "3", "--blocks", "4")
        self.assertIn("--blocks 4", error)

    def test_memory_that_does_not_fit(self):
        for workload in ["mlp-9x300000", "cnn-1x90000000"]:
            self.assertIn("GB", self.refused(3, "--workload", workload))


class Memory(unittest.TestCase):
    """With little room: ulimit -v."""

    def limited(self, kilobytes, *arguments):
        def limit():
            resource.setrlimit(resource.RLIMIT_AS, (kilobytes * 1024,) * 2)

        result = subprocess.run([TRAINER, "--threads", "1", *arguments], capture_output=True,
                                text=True, timeout=120, preexec_fn=limit)
        self.assertEqual(result.returncode, 3, result.stderr)
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        return result

    @staticmethod
    def mapped_kilobytes():
        """What the program and its libraries map before anything is trained."""
        script = ("import os, resource, subprocess, sys, time\n"
                  "child = subprocess.Popen([sys.argv[1], '--workload', 'mlp-1x8', '--threads', "
                  "'1', '--steps', '1', '--at-least', '60'], stdout=subprocess.PIPE)\n"
                  "child.stdout.readline()\n"
                  "print(open(f'/proc/{child.pid}/status').read())\n"
                  "child.kill()\n")
        status = subprocess.run([sys.executable, "-c", script, TRAINER], capture_output=True,
                                text=True, timeout=120).stdout
        return int(next(line.split()[1] for line in status.splitlines() if "VmPeak" in line))

    def test_told_before_it_starts(self):
        result = self.limited(self.mapped_kilobytes() + 500_000, "--workload", "mlp-4x4096")
        self.assertIn("needs about 1.8 GB", result.stderr)
        self.assertEqual(result.stdout, "")

    def test_run_out_meanwhile(self):
        # The model is small and its first activations are 128 x 512 x 128 x 64 floats: 2.1 GB.
        result = self.limited(self.mapped_kilobytes() + 1_000_000, "--workload", "cnn-1x512",
                              "--mode", "test", "--batch", "128")
        self.assertIn("memory has run out", result.stderr)
        self.assertIn("cnn-1x512: ", result.stdout)


class Help(unittest.TestCase):
    def test_help_has_an_example_and_version_a_number(self):
        self.assertIn("Example:", run("--help").stdout)
        self.assertRegex(run("--version").stdout, r"^isojoule-train \d+\.\d+\.\d+, LibTorch \d+\.\S+\n$")


if __name__ == "__main__":
    TRAINER = os.path.abspath(sys.argv.pop(1))
    unittest.main()
