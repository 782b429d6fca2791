"""Tests of isojoule-train on made datasets, in both protocols: dataset_test.py PATH_OF_ISOJOULE_TRAIN."""

import json
import os
import socket
import wave

from recorded_clips import SMALL, Folder, main, run


class MadeDataset(Folder):
    def tree(self, folder):
        found = {}
        for base, _, files in os.walk(folder):
            for name in files:
                path = os.path.join(base, name)
                with open(path, "rb") as file:
                    found[os.path.relpath(path, folder)] = file.read()
        return found

    def test_layout_and_determinism(self):
        for layout, clips in [("desed", 10 + 2), ("sc09", 10 + 2)]:
            folders = [os.path.join(self.folder, layout + x) for x in "abc"]
            for folder, seed in zip(folders, [5, 5, 6]):
                done = run("make-dataset", folder, "--clips", 10, "--layout", layout, "--seconds",
                           0.3, "--seed", seed)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
            first, again, other = map(self.tree, folders)
            self.assertEqual(first, again)
            self.assertNotEqual(first, other)
            self.assertEqual(sum(name.endswith(".wav") for name in first), clips)

    def test_a_folder_with_something_in_it_is_left_alone(self):
        done = run("make-dataset", self.folder)
        self.assertEqual(done.returncode, 0)
        done = run("make-dataset", self.folder)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("not empty", done.stderr)

    def test_clips_are_whole_unless_asked(self):
        run("make-dataset", self.data, "--clips", 1)
        with wave.open(self.audio("train_00000.wav")) as file:
            self.assertEqual((file.getframerate(), file.getnframes(), file.getnchannels()),
                             (44100, 441000, 1))

    def test_labels_can_be_learnt(self):
        for layout, clips in [("desed", 240), ("sc09", 160)]:
            with self.subTest(layout):
                data = os.path.join(self.folder, layout)
                run("make-dataset", data, "--clips", clips, "--layout", layout, "--seconds", 0.5)
                result = run(*SMALL, "--json", "--data", data, "--cache", self.cache, "--steps", 250,
                             "--evaluate")
                self.assertEqual(result.returncode, 0, result.stderr)
                output = json.loads(result.stdout)
                score = output["held_out"]
                print(f"{layout}: micro-F1 {score['micro_f1']:.3f}, all labels of all clips "
                      f"{score['micro_f1_of_all_labels']:.3f}")
                self.assertEqual((output["data"], score["clips"]), (layout, clips // 4))
                self.assertGreaterEqual(score["micro_f1"], 0.8)
                self.assertLess(score["micro_f1_of_all_labels"], 0.5)

    def test_held_out_clips_are_not_trained_on(self):
        run("make-dataset", self.data, "--clips", 8, "--layout", "sc09", "--seconds", 0.3)
        self.assertEqual(self.trained("--steps", 1)["clips"], 8)
        os.remove(os.path.join(self.data, "testing_list.txt"))
        self.assertEqual(self.trained("--steps", 1)["clips"], 10)
        result = self.train("--steps", 1, "--evaluate")
        self.assertEqual(result.returncode, 1)
        self.assertIn("no held-out clips", result.stderr)


class Paper(Folder):
    PAPER = ["--protocol", "paper", "--epochs", "3"]

    def setUp(self):
        super().setUp()
        run("make-dataset", self.data, "--clips", 11, "--seconds", 0.5)

    def test_epochs_steps_and_marks(self):
        path = os.path.join(self.folder, "marks")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
            listener.bind(path)
            listener.settimeout(10)
            result = run(*SMALL, "--data", self.data, *self.PAPER, "--json", "--seed", 4,
                         ISOJOULE_MARKS=path)
            self.assertEqual(result.returncode, 0, result.stderr)
            words = [listener.recv(4096).decode().split() for _ in range(8)]
        edges = [(w[0], w[1]) for w in words]
        self.assertEqual(edges, [("begin", "steps"), *[("begin", "block"), ("end", "block")] * 3,
                                 ("end", "steps")])
        attributes = [dict(x.split("=", 1) for x in w[2:]) for w in words]
        for mark in attributes:
            mark.pop("t")
        self.assertEqual([attributes[i] for i in (2, 4, 6)], [{"steps": "2"}] * 3)
        output = json.loads(result.stdout)
        self.assertEqual(attributes[-1], {
            "steps": "6", "samples": "33", "batch": "8", "precision": "float32", "device": "cpu",
            "threads": "1", "warmup": "0", "torch": output["torch"], "seed": "4",
            "protocol": "paper", "mode": "train", "data": "desed", "clips": "11", "epochs": "3"})
        self.assertEqual((output["protocol"], output["epochs"], output["clips"], output["steps"],
                          len(output["losses"]), output["warmup_losses"]),
                         ("paper", 3, 11, 6, 6, []))
        self.assertEqual(os.path.exists(self.cache), False)

    def test_the_seed_decides_the_order(self):
        def losses(seed):
            return self.trained(*self.PAPER, "--seed", seed)["losses"]

        self.assertEqual(losses(3), losses(3))
        self.assertNotEqual(losses(3), losses(4))

    def test_decoded_features_are_the_ready_ones(self):
        # A single batch of all clips, without learning: the loss does not depend on the order.
        arguments = ["--mode", "test", "--batch", "11"]
        decoded = self.trained("--protocol", "paper", "--epochs", "1", *arguments)["losses"][0]
        ready = self.trained("--steps", "1", "--warmup", "0", *arguments)["losses"][0]
        self.assertAlmostEqual(decoded, ready, delta=1e-5 * ready)

    def test_text_says_epochs(self):
        lines = self.train(*self.PAPER).stdout.splitlines()
        self.assertIn("11 clips of desed", lines[0])
        self.assertRegex(lines[1], r"^epoch +1 of 3 +loss")
        self.assertEqual(len(lines), 5)

    def test_options_of_the_other_protocol_are_refused(self):
        for wrong in [[*self.PAPER, "--steps", "3"], [*self.PAPER, "--warmup", "0"],
                      [*self.PAPER, "--blocks", "1"], [*self.PAPER, "--at-least", "1"],
                      ["--epochs", "2"]]:
            result = self.train(*wrong)
            self.assertEqual((result.returncode, len(result.stderr.splitlines())), (2, 1))
        result = run(*SMALL, "--protocol", "paper")
        self.assertEqual(result.returncode, 2)
        self.assertIn("--data", result.stderr)


class LongClips(Folder):
    def setUp(self):
        super().setUp()
        run("make-dataset", self.data, "--clips", 2, "--seconds", 12)

    def test_the_part_of_a_long_clip_follows_the_seed_and_the_epoch(self):
        # A single batch of all clips, without learning: only the parts differ.
        arguments = ["--protocol", "paper", "--epochs", "2", "--mode", "test", "--batch", "2"]
        first, second = self.trained(*arguments)["losses"]
        self.assertNotAlmostEqual(first, second, delta=1e-5 * first)
        self.assertEqual(self.trained(*arguments)["losses"], [first, second])
        self.assertNotIn(first, self.trained(*arguments, "--seed", "2")["losses"])


if __name__ == "__main__":
    main()
