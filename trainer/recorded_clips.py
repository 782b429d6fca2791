"""What the tests on recorded clips share: running isojoule-train, audio files, a small dataset."""

import json
import math
import os
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


def write_wav(path, rate=44100, channels=1, seconds=0.5, hertz=440.0, glide=0.0):
    """A tone that rises by `glide` Hz each two seconds."""
    def turns(time):
        return (hertz + 0.25 * glide * time) * time

    frames = [struct.pack("<h", round(8000 * math.sin(2 * math.pi * turns(i / rate)))) * channels
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

    def trained(self, *arguments, workload=SMALL):
        result = self.train("--json", *arguments, workload=workload)
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(result.stdout)


def main():
    """Runs the tests of the program with PATH_OF_ISOJOULE_TRAIN as its first argument."""
    global TRAINER
    TRAINER = os.path.abspath(sys.argv.pop(1))
    unittest.main(module="__main__")
