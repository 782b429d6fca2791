"""Models that PyTorch exported (make_models.py), against counts by hand."""

import json
import os
import pathlib
import subprocess
import unittest

ISOJOULE = os.environ["ISOJOULE"]
HERE = pathlib.Path(__file__).resolve().parent


def count(name, size):
    done = subprocess.run([ISOJOULE, "count", "--json", str(HERE / name), "--input", f"x={size}"],
                          check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


class Exported(unittest.TestCase):
    def test_an_encoder(self):
        # 2 samples of 6 places: 12 rows of 8 values.
        products = (4 * 12 * 8 * 8          # q, k, v and what they are mixed to
                    + 2 * (2 * 2) * 6 * 6 * 4   # scores and mixing: 2 samples x 2 heads
                    + 2 * 12 * 8 * 16)      # up and down
        elementwise = (5 * 96 + 192         # biases
                       + 4 * 36             # by the root of 4
                       + 24 * (5 * 6 - 1)   # Softmax of 6
                       + 2 * 96             # residuals
                       + 192                # ReLU
                       + 2 * 12 * (7 * 8 + 4))  # LayerNorm, exported as its parts
        cost = count("encoder.onnx", "2x6x8")
        self.assertTrue(cost["complete"])
        self.assertEqual(cost["macs_forward"], products)
        self.assertEqual(cost["flops_forward_matmul"], 2 * products)
        self.assertEqual(cost["flops_forward_elementwise"], elementwise)
        self.assertEqual(cost["parameters"], 4 * (64 + 8) + 2 * 16 + (128 + 16) + (128 + 8))

    def test_the_encoder_at_another_size(self):
        # Quadratic in the length: 4 (L / 6)^2 of the scores.
        cost = count("encoder.onnx", "1x60x8")
        self.assertTrue(cost["complete"])
        self.assertEqual(cost["macs_forward"],
                         60 * (4 * 64 + 2 * 128) + 2 * 2 * 60 * 60 * 4)

    def recurrent(self, name, gates, each):
        """Two layers in both directions of 5 units, of 3 and then of 10 inputs: 12 cells each."""
        cost = count(name, "2x6x3")
        rows = gates * 5
        cells = 2 * 12
        self.assertTrue(cost["complete"])
        self.assertEqual(cost["macs_forward"], cells * rows * ((3 + 5) + (10 + 5)))
        self.assertEqual(cost["flops_forward_elementwise"], 2 * cells * (each * 5 + 2 * rows))
        self.assertEqual(cost["parameters"], 2 * (rows * (3 + 5 + 2) + rows * (10 + 5 + 2)))

    def test_a_gru(self):
        # z, r: a sum and a logistic function each; n: r by it, a sum, tanh; (1 - z) n + z h.
        self.recurrent("gru.onnx", 3, 2 + 2 + 3 + 4)

    def test_an_lstm(self):
        # i, f, o, c: a sum and a function each; f c + i g; o tanh(c).
        self.recurrent("lstm.onnx", 4, 8 + 3 + 2)


if __name__ == "__main__":
    unittest.main()
