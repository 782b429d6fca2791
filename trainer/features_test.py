"""Features against torchaudio's: features_test.py PATH_OF_ISOJOULE_TRAIN.

The tests of resampling need no torchaudio.
"""

import array
import glob
import json
import math
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest
import wave

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests" / "support"))

import needs

try:
    import numpy
    import torch
    import torchaudio
except ImportError as missing:
    torchaudio, WHY_NOT = None, str(missing)

TRAINER = ""
ALSA = sorted(glob.glob("/usr/share/sounds/alsa/*.wav"))


def write_wav(path, rate, samples):
    """Mono, or more channels of a list of frames, full scale at 1."""
    channels = len(samples[0]) if isinstance(samples[0], tuple) else 1
    flat = [x for frame in samples for x in frame] if channels > 1 else samples
    with wave.open(path, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(array.array("h", [round(32767 * x) for x in flat]).tobytes())


def read_first_channel(path):
    with wave.open(path, "rb") as file:
        values = array.array("h", file.readframes(file.getnframes()))
        return file.getframerate(), [x / 32768 for x in values[::file.getnchannels()]]


def run(*arguments):
    return subprocess.run([TRAINER, "features", *map(str, arguments)], capture_output=True,
                          text=True, timeout=120)


def features(*arguments):
    result = run(*arguments, "--json")
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def tones(rate, seconds=1.0):
    """440 and 6000 Hz that swell from nothing, so that no rate sees a step at the beginning."""
    def at(time):
        swell = math.sin(0.5 * math.pi * min(1.0, time / 0.3)) ** 4
        return swell * (0.2 * math.sin(2 * math.pi * 440 * time) +
                        0.3 * math.sin(2 * math.pi * 6000 * time))

    return [at(i / rate) for i in range(int(rate * seconds))]


class Folder(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.path = os.path.join(temporary.name, "x.wav")
        self.npy = os.path.join(temporary.name, "x.npy")


class Resampling(Folder):
    def test_tones_have_the_same_features_from_any_rate(self):
        write_wav(self.path, 44100, tones(44100))
        expected = features(self.path)["values"]
        for rate in (16000, 22050, 48000, 96000):
            with self.subTest(rate):
                write_wav(self.path, rate, tones(rate))
                output = features(self.path)
                self.assertEqual((output["file_rate"], output["rate"]), (rate, 44100))
                # Rounded to 16 bits, 1e-5 of full scale a sample; and the passband of the resampler.
                worst = max(abs(a - b) for a, b in zip(output["values"], expected))
                self.assertLess(worst, 1e-4 * max(expected))

    def test_resample_none_takes_the_rate_of_the_file(self):
        write_wav(self.path, 16000, tones(16000))
        self.assertEqual(features(self.path, "--resample", "none")["rate"], 16000)


class Clips(Folder):
    def test_the_first_channel_counts(self):
        left, right = tones(44100), [0.5 * math.sin(i) for i in range(44100)]
        write_wav(self.path, 44100, left)
        mono = features(self.path)["values"]
        write_wav(self.path, 44100, list(zip(left, right)))
        self.assertEqual(features(self.path)["values"], mono)

    def test_ten_seconds_padded_or_cut_where_the_seed_says(self):
        write_wav(self.path, 8000, [0.5 * math.sin(0.00001 * i * i) for i in range(8000 * 11)])
        cut = {seed: features(self.path, "--resample", "none", "--whole", "--seed", seed)
               for seed in (1, 2)}
        self.assertEqual(cut[1]["frames"], 1 + 80000 // 256)
        self.assertNotEqual(cut[1]["values"], cut[2]["values"])
        self.assertEqual(cut[1], features(self.path, "--resample", "none", "--whole", "--seed", 1))
        write_wav(self.path, 8000, tones(8000, 0.5))
        padded = features(self.path, "--resample", "none", "--whole")
        self.assertEqual(padded["frames"], 1 + 80000 // 256)
        self.assertEqual(set(padded["values"][200:313]), {0.0})

    def test_a_file_that_is_no_clip(self):
        result = run(os.path.join(os.path.dirname(self.path), "none.wav"))
        self.assertEqual((result.returncode, result.stdout), (1, ""))
        self.assertIn("none.wav: there is no such file", result.stderr)
        for rate in ("x", "0", "-1", "44100Hz"):
            self.assertEqual(run(self.path, "--resample", rate).returncode, 2)

    def test_the_lowest_rate_has_just_the_frames_of_a_model(self):
        write_wav(self.path, 1716, tones(1716))
        for rate in ("none", "1716"):
            self.assertEqual(features(self.path, "--resample", rate)["frames"], 64)
        result = run(self.path, "--resample", "1715")
        self.assertEqual(result.returncode, 2)
        self.assertIn("from 1716 to 1000000", result.stderr)
        write_wav(self.path, 1715, tones(1715))
        for rate in ("none", "44100"):
            result = run(self.path, "--resample", rate)
            self.assertEqual(result.returncode, 1)
            self.assertIn("its rate is 1715 Hz", result.stderr)


@unittest.skipIf(torchaudio is None, "there is no torchaudio")
class Torchaudio(Folder):
    def check(self, path, *arguments):
        rate, samples = read_first_channel(path)
        clip = torch.zeros(10 * rate)
        clip[:len(samples)] = torch.tensor(samples)
        mel = torchaudio.transforms.MelSpectrogram(
            sample_rate=rate, n_fft=2048, win_length=2048, hop_length=256, n_mels=128, power=1.0,
            window_fn=torch.hamming_window, wkwargs={"periodic": False})
        expected = mel(clip).numpy()
        for whole in (True, False):
            result = run(path, *arguments, "--output", self.npy, *(["--whole"] if whole else []))
            self.assertEqual(result.returncode, 0, result.stderr)
            got = numpy.load(self.npy)
            wanted = expected if whole else expected[:, :64]
            self.assertEqual(got.shape, wanted.shape)
            bound = 1e-4 * abs(wanted) + 1e-6 * abs(wanted).max()
            self.assertLessEqual((abs(got - wanted) / bound).max(), 1.0)

    def test_made_audio(self):
        engine = random.Random(1)
        for rate in (8000, 11025, 16000, 44100, 48000):
            with self.subTest(rate):
                made = [min(1.0, max(-1.0, 0.3 * math.sin(2e-5 * i * i) + engine.gauss(0, 0.05)))
                        for i in range(3 * rate)]
                write_wav(self.path, rate, made)
                self.check(self.path, "--resample", "none")

    def test_at_44100_nothing_is_resampled(self):
        write_wav(self.path, 44100, tones(44100))
        self.check(self.path)

    @unittest.skipIf(not ALSA, "there is no alsa-utils")
    def test_recorded_speech_and_noise(self):
        for path in ALSA:
            with self.subTest(path):
                self.check(path, "--resample", "none")


if __name__ == "__main__":
    TRAINER = os.path.abspath(sys.argv.pop(1))
    program = unittest.main(exit=False)
    if not program.result.wasSuccessful():
        sys.exit(1)
    if torchaudio is None or not ALSA:
        needs.end_without(f"torchaudio ({WHY_NOT})" if torchaudio is None else "alsa-utils")
