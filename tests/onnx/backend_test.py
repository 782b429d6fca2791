"""Sizes of what operators make, held against those of the onnx package's own test cases.

Each case is a model of one operator with its outputs computed by numpy.
"""

import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import warnings

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import needs

ISOJOULE = os.environ["ISOJOULE"]
# Views take no memory of their own, Shape and Size are known beforehand, and how many elements
# NonZero and Compress give depends on the values: the bytes say nothing of them.
SILENT = {"Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity", "Dropout", "Shape", "Size",
          "NonZero", "Compress"}

try:
    import numpy
    from onnx import numpy_helper, save
    from onnx.backend.test.case.node import collect_testcases
except ImportError as error:
    needs.end_without(f"the Python package onnx ({error})")


def cases():
    warnings.simplefilter("ignore")
    # Old cases use names that newer versions of numpy have dropped.
    for name, meant in {"float": float, "bool": bool, "int": int, "object": object}.items():
        if name not in vars(numpy):
            setattr(numpy, name, meant)
    return collect_testcases(None)


def prepare(case):
    """The case's model with its small integer inputs, shapes and axes, as constants; and the bytes
    of its outputs. Nothing if its values are not all tensors."""
    if len(case.model.graph.node) != 1 or not case.data_sets:
        return None
    inputs, outputs = case.data_sets[0]
    if not all(isinstance(value, numpy.ndarray) for value in [*inputs, *outputs]):
        return None
    model = type(case.model)()
    model.CopyFrom(case.model)
    kept = []
    for i, (info, value) in enumerate(zip(model.graph.input, inputs)):
        if i > 0 and value.dtype.kind in "iu" or value.ndim == 0 or info.name in (
                "sizes", "scales", "roi", "depth", "training_mode", "t"):
            model.graph.initializer.append(numpy_helper.from_array(value, info.name))
        else:
            kept.append(info)
    del model.graph.input[:]
    model.graph.input.extend(kept)
    for output in model.graph.output:
        output.type.tensor_type.ClearField("shape")
    if any(value.dtype.kind not in "fiub" for value in outputs) or not kept:
        return None
    return model, sum(value.nbytes for value in outputs)


class Backend(unittest.TestCase):
    def test_sizes_of_outputs(self):
        checked = collections.Counter()
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "model.onnx"
            for case in cases():
                prepared = prepare(case)
                if prepared is None:
                    continue
                model, size = prepared
                save(model, str(file))
                done = subprocess.run([ISOJOULE, "count", "--json", str(file)], capture_output=True,
                                      text=True)
                if done.returncode != 0:
                    self.assertIn("leave sizes open", done.stderr, case.name)
                    continue
                node, = json.loads(done.stdout)["nodes"]
                if "not_counted" in node or node["operator"] in SILENT:
                    continue
                with self.subTest(case.name):
                    self.assertEqual(node["activations_bytes"], size)
                checked[node["operator"]] += 1
        print(f"{sum(checked.values())} cases of {len(checked)} operators")
        self.assertGreater(len(checked), 80)


if __name__ == "__main__":
    unittest.main()
