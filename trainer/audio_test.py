"""Tests of isojoule-train on recorded clips, bad ones too: audio_test.py PATH_OF_ISOJOULE_TRAIN."""

import json
import math
import os
import shutil
import struct

from recorded_clips import Folder, main, run, write_float_wav, write_wav


def write_endless_flac(path):
    """The header alone: blocks of 4096 samples at 44100 Hz, mono, 16 bits, as many as 36 bits can say."""
    numbers = 44100 << 44 | 15 << 36 | (1 << 36) - 1
    with open(path, "wb") as file:
        file.write(b"fLaC" + bytes([0x80, 0, 0, 34]) + struct.pack(">HH", 4096, 4096) + bytes(6) +
                   numbers.to_bytes(8, "big") + bytes(16))


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
        "pipe.wav": "not a file",
        "slow.wav": "its rate is 1 Hz; rates from 1716 to 1000000 Hz are read",
        "endless.flac": "its header states that it has 68719476735 samples",
        "sun.au": "it is AU",
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
        os.mkfifo(self.audio("pipe.wav"))
        write_wav(self.audio("slow.wav"), rate=1, seconds=100)
        write_endless_flac(self.audio("endless.flac"))
        with open(self.audio("sun.au"), "wb") as file:
            file.write(struct.pack(">4sIIIII", b".snd", 24, 2000, 3, 44100, 1) + bytes(2000))

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

    def test_a_folder_of_sc09_that_cannot_be_read_is_not_left_out(self):
        self.assertEqual(run("make-dataset", self.data, "--layout", "sc09", "--clips", 10,
                             "--seconds", 0.3).returncode, 0)
        three = os.path.join(self.data, "three")
        os.rename(three, three + "_elsewhere")
        for make in (lambda: None, lambda: open(three, "wb").close()):
            make()
            result = self.train("--steps", "1", "--dataset", "sc09")
            self.assertEqual((result.returncode, result.stdout), (1, ""))
            self.assertIn(f"cannot read {three}: No", result.stderr)
        os.remove(three)
        os.rename(three + "_elsewhere", three)
        lists = os.path.join(self.data, "validation_list.txt")
        os.mkdir(lists)
        result = self.train("--steps", "1")
        self.assertEqual(result.returncode, 1)
        self.assertIn(f"cannot read {lists}: it is not a file", result.stderr)

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


if __name__ == "__main__":
    main()
