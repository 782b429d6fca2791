"""Tests of isojoule-train, run as: trainer_test.py PATH_OF_ISOJOULE_TRAIN."""

import json
import os
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
            "threads": "1", "warmup": "1", "torch": output["torch"], "seed": "9"})

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

    def test_more_blocks_than_steps(self):
        error = self.refused(2, "--workload", "mlp-1x8", "--steps", "3", "--blocks", "4")
        self.assertIn("--blocks 4", error)

    def test_memory_that_does_not_fit(self):
        for workload in ["mlp-9x300000", "cnn-1x90000000"]:
            self.assertIn("GB", self.refused(3, "--workload", workload))


class Help(unittest.TestCase):
    def test_help_has_an_example_and_version_a_number(self):
        self.assertIn("Example:", run("--help").stdout)
        self.assertRegex(run("--version").stdout, r"^isojoule-train \d+\.\d+\.\d+\n$")


if __name__ == "__main__":
    TRAINER = os.path.abspath(sys.argv.pop(1))
    unittest.main()
