"""Tests of the features that isojoule-train keeps: cache_test.py PATH_OF_ISOJOULE_TRAIN."""

import json
import os
import struct

from recorded_clips import SMALL, Folder, main, run, write_wav


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


def kept(path):
    """Of a file of features: its header, and each clip's values by its name."""
    with open(path, "rb") as file:
        whole = file.read()
    length, = struct.unpack_from("<I", whole, 12)
    head = json.loads(whole[16:16 + length])
    start = (16 + length + 4 + 63) // 64 * 64
    bad = {clip["file"] for clip in head["bad"]}
    names = [clip[0] for clip in head["key"]["clips"] if clip[0] not in bad]
    size = head["bands"] * head["frames"] * 4
    return head, {os.path.basename(name): whole[start + i * size:start + (i + 1) * size]
                  for i, name in enumerate(names)}


class Kept(Folder):
    LONG = ["b.wav", "c.wav"]

    def setUp(self):
        super().setUp()
        self.make_desed([("a.wav", "Dog"), *[(name, "Cat") for name in self.LONG]])
        write_wav(self.audio("a.wav"), rate=8000)
        for name in self.LONG:
            write_wav(self.audio(name), rate=8000, seconds=12, hertz=100, glide=400)

    def features(self, *arguments, threads="1"):
        """The headers and the values of what is kept by now."""
        self.trained("--steps", "1", "--warmup", "0", "--resample", "none", *arguments,
                     workload=["--workload", "mlp-1x64", "--threads", threads])
        files = sorted(os.listdir(self.cache))
        return [kept(os.path.join(self.cache, name)) for name in files]

    def test_a_bad_clip_does_not_move_the_parts_of_the_others(self):
        whole = self.features()[0][1]
        self.assertNotEqual(whole["b.wav"], whole["c.wav"])  # the same sound, other parts of it
        rows = [(name, "Cat") for name in self.LONG]
        for label, make in [
                ("Trumpet", lambda: None),
                ("Dog", lambda: os.truncate(self.audio("a.wav"), 1000)),
                ("Dog", lambda: write_wav(self.audio("a.wav"), rate=16000))]:
            self.write_table([("a.wav", label), *rows])
            make()
            head, values = self.features("--on-bad-audio", "skip")[0]
            self.assertEqual(head["bad"][0]["file"], "audio/train/weak/a.wav")
            self.assertEqual(values, {name: whole[name] for name in self.LONG})

    def test_say_which_libraries_made_them(self):
        key = self.features()[0][0]["key"]
        self.assertRegex(key["spectrogram"], r"^libtorch-\d+\.\d+\.\d+")
        self.assertRegex(key["resampler"], r"^libsoxr-\d")

    def test_one_rate_is_kept_of_both_parts_together(self):
        held_out = os.path.join(self.data, "audio/validation")
        os.makedirs(held_out)
        os.makedirs(os.path.join(self.data, "metadata/validation"))
        with open(os.path.join(self.data, "metadata/validation/validation.tsv"), "w",
                  encoding="utf-8") as file:
            file.write("filename\tevent_labels\nx.wav\tDog\ny.wav\tCat\n")
        write_wav(os.path.join(held_out, "x.wav"), rate=8000)
        write_wav(os.path.join(held_out, "y.wav"), rate=16000)
        parts = self.features("--evaluate", "--on-bad-audio", "skip")
        self.assertEqual({head["key"]["part"]: head["clips"] for head, _ in parts},
                         {"train": 3, "held-out": 1})
        self.assertEqual([head["key"]["rate"] for head, _ in parts], [8000, 8000])
        os.remove(os.path.join(held_out, "x.wav"))
        result = self.train("--steps", "1", "--resample", "none", "--evaluate")
        self.assertEqual(result.returncode, 1)
        self.assertIn("y.wav: its rate is 16000 Hz and that of 3 others 8000 Hz", result.stderr)

    def test_do_not_depend_on_the_number_of_threads(self):
        one = self.features()[0][1]
        os.remove(os.path.join(self.cache, os.listdir(self.cache)[0]))
        self.assertEqual(self.features(threads="2")[0][1], one)


if __name__ == "__main__":
    main()
