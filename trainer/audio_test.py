"""Tests of isojoule-train on recorded clips: audio_test.py PATH_OF_ISOJOULE_TRAIN."""

import json
import math
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import unittest
import wave

TRAINER = ""
SMALL = ["--workload", "mlp-1x64", "--threads", "1"]


def run(*arguments, **variables):
    environment = {k: v for k, v in os.environ.items() if k != "ISOJOULE_MARKS"}
    return subprocess.run([TRAINER, *map(str, arguments)], capture_output=True, text=True,
                          timeout=120, env={**environment, **variables})


def write_wav(path, rate=44100, channels=1, seconds=0.5, hertz=440.0):
    frames = [struct.pack("<h", round(8000 * math.sin(2 * math.pi * hertz * i / rate))) * channels
              for i in range(int(seconds * rate))]
    with wave.open(path, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(b"".join(frames))


def write_float_wav(path, samples, rate=44100):
    data = struct.pack(f"<{len(samples)}f", *samples)
    form = struct.pack("<HHIIHH", 3, 1, rate, rate * 4, 4, 32)
    with open(path, "wb") as file:
        file.write(b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVE" + b"fmt " +
                   struct.pack("<I", 16) + form + b"data" + struct.pack("<I", len(data)) + data)


class Folder(unittest.TestCase):
    """A test with a folder of its own, which may hold a small dataset in DESED's layout."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = temporary.name
        self.data = os.path.join(self.folder, "data")
        self.cache = os.path.join(self.folder, "cache")

    def audio(self, name):
        return os.path.join(self.data, "audio/train/weak", name)

    def make_desed(self, rows, header="filename\tevent_labels"):
        """The table alone; the files are the test's."""
        os.makedirs(self.audio(""))
        os.makedirs(os.path.join(self.data, "metadata/train"))
        self.write_table(rows, header)

    def write_table(self, rows, header="filename\tevent_labels"):
        with open(os.path.join(self.data, "metadata/train/weak.tsv"), "w", encoding="utf-8") as file:
            file.write("\n".join([header, *("\t".join(row) for row in rows)]) + "\n")

    def train(self, *arguments, workload=SMALL):
        return run(*workload, "--data", self.data, "--cache", self.cache, *arguments)

    def trained(self, *arguments):
        result = self.train("--json", *arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(result.stdout)


class BadAudio(Folder):
    GOOD = ["good1.wav", "good2.wav", "stereo.wav"]
    # Every bad file, and what must be said of it.
    BAD = {
        "truncated.wav": "truncated",
        "zero_length.wav": "no samples",
        "zero_bytes.wav": "empty",
        "eight.wav": "8 channels",
        "nan.wav": "sample 100 is not a finite number",
        "infinite.wav": "sample 7 is not a finite number",
        "missing.wav": "no such file",
        "unknown.wav": "'Trumpet' is unknown",
        "text.wav": "not audio",
        "folder.wav": "not a file",
        "header_only.wav": "",
    }

    def setUp(self):
        super().setUp()
        self.make_desed([(name, "Dog") for name in self.GOOD] +
                        [(name, "Trumpet,Dog" if name == "unknown.wav" else "Cat")
                         for name in self.BAD])
        for name in ["good1.wav", "good2.wav", "unknown.wav", "truncated.wav"]:
            write_wav(self.audio(name))
        write_wav(self.audio("stereo.wav"), channels=2)
        write_wav(self.audio("zero_length.wav"), seconds=0)
        write_wav(self.audio("eight.wav"), channels=8)
        os.truncate(self.audio("truncated.wav"), 20000)
        samples = [0.1] * 1000
        write_float_wav(self.audio("nan.wav"), samples[:100] + [math.nan] + samples)
        write_float_wav(self.audio("infinite.wav"), samples[:7] + [math.inf] + samples)
        open(self.audio("zero_bytes.wav"), "wb").close()
        shutil.copy(__file__, self.audio("text.wav"))
        shutil.copy(self.audio("good1.wav"), self.audio("header_only.wav"))
        os.truncate(self.audio("header_only.wav"), 20)
        os.mkdir(self.audio("folder.wav"))

    def check_named(self, stderr, word):
        for name, why in self.BAD.items():
            line = [x for x in stderr.splitlines() if f"/{name}: " in x]
            self.assertEqual(len(line), 1, f"{name} in {stderr}")
            self.assertIn(f"isojoule-train: {word}: audio/train/weak/{name}: ", line[0])
            self.assertIn(why, line[0])
        for name in self.GOOD:
            self.assertNotIn(f"/{name}: ", stderr)

    def test_refused_unless_told_otherwise(self):
        for protocol in [("--steps", "1"), ("--protocol", "paper", "--epochs", "1")]:
            with self.subTest(protocol):
                result = self.train(*protocol)
                self.assertEqual((result.returncode, result.stdout), (1, ""))
                self.check_named(result.stderr, "refused")
                self.assertIn(f"{len(self.BAD)} of {len(self.BAD) + len(self.GOOD)} clips",
                              result.stderr.splitlines()[-1])
                self.assertIn("--on-bad-audio skip", result.stderr.splitlines()[-1])

    def test_skipped_and_the_rest_is_trained_on_also_when_kept(self):
        for protocol in [("--steps", "1", "--warmup", "0"), ("--steps", "1", "--warmup", "0"),
                         ("--protocol", "paper", "--epochs", "1")]:
            with self.subTest(protocol):
                result = self.train(*protocol, "--on-bad-audio", "skip", "--json")
                self.assertEqual(result.returncode, 0, result.stderr)
                self.check_named(result.stderr, "skipped")
                self.assertEqual(json.loads(result.stdout)["clips"], len(self.GOOD))

    def test_other_rates_only_where_they_are_not_resampled(self):
        self.write_table([(name, "Dog") for name in self.GOOD] + [("other.wav", "Dog")])
        write_wav(self.audio("other.wav"), rate=32000)
        self.assertEqual(self.trained("--steps", "1")["clips"], 4)
        result = self.train("--steps", "1", "--resample", "none")
        self.assertEqual(result.returncode, 1)
        self.assertIn("other.wav: its rate is 32000 Hz and that of 3 others 44100", result.stderr)
        skipped = self.trained("--steps", "1", "--resample", "none", "--on-bad-audio", "skip")
        self.assertEqual(skipped["clips"], 3)

    def test_no_good_clip_is_an_error(self):
        for rows in [[("nan.wav", "Dog"), ("missing.wav", "Dog")], []]:
            self.write_table(rows)
            for protocol in [("--steps", "1"), ("--protocol", "paper")]:
                result = self.train(*protocol, "--on-bad-audio", "skip")
                self.assertEqual(result.returncode, 1, result.stderr)
                self.assertIn("no clip to train on", result.stderr.splitlines()[-1])

    def test_rows_that_cannot_be_understood(self):
        self.write_table([("good1.wav", "Dog"), ("good2.wav",), ("", "Dog")])
        result = self.train("--steps", "1", "--on-bad-audio", "skip")
        self.assertEqual(result.returncode, 0)
        self.assertIn("good2.wav: row 3 of weak.tsv has no labels", result.stderr)
        self.assertIn("row 4 of weak.tsv names no file", result.stderr)

    def test_a_table_without_the_columns(self):
        self.write_table([("good1.wav", "Dog")], header="file\tlabels")
        result = self.train("--steps", "1")
        self.assertEqual(result.returncode, 1)
        self.assertIn("lacks the columns filename and event_labels", result.stderr)


class Labels(Folder):
    def test_strong_tables_and_windows_line_ends(self):
        self.make_desed([("a.wav", "0.0", "1.0", "Dog"), ("a.wav", "2.0", "3.0", "Cat"),
                         ("b.wav", "0", "1", "Speech\r")],
                        header="\ufefffilename\tonset\toffset\tevent_label\r")
        write_wav(self.audio("a.wav"))
        write_wav(self.audio("b.wav"))
        self.assertEqual(self.trained("--steps", "1")["clips"], 2)

    def test_folder_of_neither_kind(self):
        os.makedirs(self.data)
        result = self.train("--steps", "1")
        self.assertEqual(result.returncode, 2)
        self.assertIn("--dataset", result.stderr)
        self.data = os.path.join(self.folder, "nowhere")
        for more in [(), ("--dataset", "desed"), ("--dataset", "sc09")]:
            result = self.train("--steps", "1", *more)
            self.assertEqual((result.returncode, len(result.stderr.splitlines())), (2, 1))
            self.assertIn("no such folder", result.stderr)


class Cache(Folder):
    def setUp(self):
        super().setUp()
        self.assertEqual(run("make-dataset", self.data, "--clips", 12, "--seconds", 0.5).returncode, 0)

    def files(self):
        return [os.path.join(self.cache, name) for name in sorted(os.listdir(self.cache))]

    def losses(self, *arguments, said=""):
        result = self.train("--json", "--steps", "4", *arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn(said, result.stderr)
        if not said:
            self.assertEqual(result.stderr, "")
        return json.loads(result.stdout)["losses"]

    def test_made_once_then_used(self):
        made = self.losses(said="features of 12 clips are made")
        self.assertEqual(self.losses(), made)
        self.assertEqual(len(self.files()), 1)
        uncached = run(*SMALL, "--data", self.data, "--cache", "none", "--json", "--steps", 4)
        self.assertEqual(json.loads(uncached.stdout)["losses"], made)
        self.assertEqual(len(self.files()), 1)

    def test_each_rate_has_its_own(self):
        self.losses(said="made")
        self.losses("--resample", "16000", said="made")
        self.losses()
        self.assertEqual(len(self.files()), 2)

    def test_a_damaged_file_is_noticed_and_made_anew(self):
        made = self.losses(said="made")
        path, = self.files()
        with open(path, "rb") as file:
            whole = file.read()

        def flipped(at):
            return whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:]

        for name, content, said in [
                ("cut", whole[:-1], "cut"), ("cut to its header", whole[:100], "cut"),
                ("empty", b"", "no file of features"), ("longer", whole + b"x", "too long"),
                ("another kind", b"x" * 5000, "no file of features"),
                ("version", flipped(8), "version 0"), ("header", flipped(40), "header is damaged"),
                ("length", flipped(15), "header is cut"),
                ("first value", flipped(len(whole) - 12 * (128 * 64 + 10) * 4), "values are damaged"),
                ("last value", flipped(len(whole) - 1), "values are damaged")]:
            with self.subTest(name):
                with open(path, "wb") as file:
                    file.write(content)
                self.assertEqual(self.losses(said="made anew: " + path), made)
                with open(path, "wb") as file:
                    file.write(content)
                self.losses(said=said)
                with open(path, "rb") as file:
                    self.assertEqual(file.read(), whole)

    def test_a_changed_clip_is_noticed(self):
        made = self.losses(said="made")
        name = sorted(os.listdir(self.audio("")))[3]
        stat = os.stat(self.audio(name))
        with open(self.audio(name), "r+b") as file:
            file.seek(1000)
            file.write(b"\x00\x40" * 500)
        os.utime(self.audio(name), ns=(stat.st_atime_ns, stat.st_mtime_ns))
        self.assertNotEqual(self.losses(said="from other files or parameters"), made)
        self.losses()

    def test_changed_labels_are_noticed(self):
        self.losses(said="made")
        table = os.path.join(self.data, "metadata/train/weak.tsv")
        with open(table, encoding="utf-8") as file:
            rows = file.read().splitlines()
        rows[1] = rows[1].split("\t")[0] + "\tDog,Cat,Speech"
        with open(table, "w", encoding="utf-8") as file:
            file.write("\n".join(rows) + "\n")
        self.losses(said="from other files or parameters")

    def test_a_place_that_cannot_be_written_hurts_nothing(self):
        os.makedirs(self.folder + "/file")
        self.cache = self.folder + "/file/x"
        open(self.cache, "wb").close()
        self.losses(said="features are not kept")

    def test_nothing_else_is_left_in_the_folder(self):
        self.losses(said="made")
        self.assertTrue(all(path.endswith(".features") for path in self.files()))

    def test_where_it_lies_without_being_told(self):
        result = run(*SMALL, "--data", self.data, "--steps", 1, XDG_CACHE_HOME=self.cache)
        self.assertEqual(result.returncode, 0)
        self.assertEqual(len(os.listdir(os.path.join(self.cache, "isojoule"))), 1)


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


if __name__ == "__main__":
    TRAINER = os.path.abspath(sys.argv.pop(1))
    unittest.main()
