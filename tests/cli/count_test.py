"""isojoule count, of workloads and of files."""

import csv
import json
import pathlib
import unittest

from support import MadeMachine

MODELS = pathlib.Path(__file__).resolve().parents[1] / "onnx"
COSTS = (pathlib.Path(__file__).resolve().parents[3]
         / "shared" / "data" / "reference-workloads" / "costs.csv")


class Count(MadeMachine):
    def json(self, *arguments):
        return json.loads(self.isojoule("count", *arguments, "--json")[0])

    def test_a_workload_by_its_parts_and_by_its_id(self):
        by_parts = self.json("--arch", "crnn", "--layers", "2.1", "--hidden", "512.256")
        self.assertEqual(by_parts, self.json("--workload", "crnn-2.1x512.256"))
        self.assertEqual(by_parts["workload"], "crnn-2.1x512.256")
        self.assertEqual(by_parts["rule"], "exact")
        self.assertEqual(by_parts["batch"], 1)

    def test_the_exact_rule_by_hand(self):
        # mlp-1x1: 8192 to 1, ReLU, 1 to 10; per clip, then of 2.
        cost = self.json("--workload", "mlp-1x1", "--batch", "2")
        self.assertEqual(cost["flops_forward_matmul"], 2 * 2 * (8192 + 10))
        self.assertEqual(cost["flops_forward_elementwise"], 2 * (1 + 1 + 10 + 8 * 10) + 1)
        self.assertEqual(cost["flops_backward_matmul"], 2 * 2 * (8192 + 2 * 10))
        self.assertEqual(cost["flops_backward_elementwise"], 2 * (1 + 1 + 10 + 3 * 10) + 1)
        self.assertEqual(cost["parameters"], 8193 + 20)
        self.assertEqual(cost["flops_optimizer"], 13 * 8213)
        self.assertEqual(cost["flops_step"], cost["flops_forward"] + cost["flops_backward"]
                         + cost["flops_optimizer"])
        self.assertEqual(cost["macs_forward"], 2 * 8202)
        self.assertEqual(cost["parameters_bytes"], 4 * 8213)
        self.assertEqual(cost["activations_bytes"], 2 * 4 * 12)

    def test_the_deepspeed_rule_has_no_backward(self):
        cost = self.json("--workload", "cnn-2x512", "--rule", "deepspeed")
        self.assertEqual(cost["flops_forward"], 9760145418)
        self.assertEqual(cost["macs_forward"], 4872208384)
        self.assertIsNone(cost["flops_backward"])
        self.assertIsNone(cost["flops_step"])
        self.assertEqual(self.json("--workload", "cnn-2x512", "--rule", "deepspeed", "--batch",
                                   "8")["flops_forward"], 8 * 9760145418)
        out, _ = self.isojoule("count", "--workload", "cnn-2x512", "--rule", "deepspeed")
        self.assertRegex(out, r"backward +- +- +-\n")

    @unittest.skipUnless(COSTS.exists(), "the published costs are not beside the source")
    def test_the_deepspeed_rule_is_the_published_table(self):
        with COSTS.open() as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(len(rows), 43)
        for row in rows:
            cost = self.json("--workload", row["workload"], "--rule", "deepspeed")
            self.assertEqual(cost["flops_forward"], int(row["flops_forward_batch1"]), row)
            self.assertEqual(cost["macs_forward"], int(row["macs_forward_batch1"]), row)
            self.assertEqual(cost["parameters"], int(row["parameters"]), row)

    def test_the_tables_are_for_people(self):
        out, _ = self.isojoule("count", "--workload", "crnn-2.2x1024.256", "--batch", "8")
        self.assertLessEqual(max(map(len, out.splitlines())), 100)
        for word in ("forward", "backward", "optimizer", "step", "bytes", "FLOP", "parameters"):
            self.assertIn(word, out)
        out, _ = self.isojoule("count", str(MODELS / "gru.onnx"), "--input", "x=1x9x3", "--nodes")
        self.assertLessEqual(max(map(len, out.splitlines())), 100)
        self.assertIn("x of 1x9x3", out)

    def test_an_operator_that_is_not_known_is_said(self):
        # A model by hand: one node "Foo" on x of 2 floats, of operator set 17.
        model = bytes([0x08, 8]) + field(8, bytes([0x10, 17])) + field(7, graph(b"Foo"))
        file = self.folder / "foo.onnx"
        file.write_bytes(model)
        out, err = self.isojoule("count", str(file))
        self.assertEqual(err, "")
        self.assertRegex(out, r"Foo +1 +not counted")
        self.assertIn("Incomplete: 1 of 1 nodes are not counted.", out)
        self.assertIn("Not counted: 1 Foo ('y'): the operator is not known.", out)
        cost = self.json(str(file))
        self.assertFalse(cost["complete"])
        self.assertEqual(cost["not_counted_nodes"], 1)
        self.assertIsNone(cost["nodes"][0]["flops_forward"])
        file.write_bytes(bytes([0x08, 8]) + field(8, bytes([0x10, 17])) + field(7, graph(b"Relu")))
        self.assertEqual(self.json(str(file))["flops_forward"], 2)

    def test_what_is_refused(self):
        gru = str(MODELS / "gru.onnx")
        self.assertIn("one thing to count", self.refuse("count", code=2))
        self.assertIn("one thing", self.refuse("count", gru, "--workload", "mlp-1x1", code=2))
        self.assertIn("--layers", self.refuse("count", "--arch", "cnn", "--layers", "2", code=2))
        self.assertIn("--arch", self.refuse("count", "--workload", "mlp-1x1", "--layers", "2",
                                            code=2))
        self.assertIn("crnn-CONV", self.refuse("count", "--arch", "crnn", "--layers", "2",
                                               "--hidden", "5", code=1))
        self.refuse("count", "--arch", "vgg", "--layers", "2", "--hidden", "5", code=2)
        self.refuse("count", "--workload", "mlp-1x1", "--batch", "0", code=2)
        self.assertIn("--rule", self.refuse("count", gru, "--rule", "exact", code=2))
        self.assertIn("--batch", self.refuse("count", gru, "--batch", "2", code=2))
        self.assertIn("--nodes", self.refuse("count", "--workload", "mlp-1x1", "--nodes", code=2))
        self.assertIn("--input", self.refuse("count", "--workload", "mlp-1x1", "--input", "x=1",
                                             code=2))
        self.assertIn("x=batchxlengthx3", self.refuse("count", gru, code=2))
        self.assertIn("NAME=SIZE", self.refuse("count", gru, "--input", "x", code=2))
        self.assertIn("unknown input", self.refuse("count", gru, "--input", "y=1", code=2))
        self.assertIn("No such file", self.refuse("count", "missing.onnx", code=1))
        self.assertIn("too large", self.refuse("count", "--workload", "mlp-1x1", "--batch",
                                               "18446744073709551615", code=1))
        text = self.folder / "text.onnx"
        text.write_text("not a model\n")
        self.assertIn("not an ONNX model", self.refuse("count", str(text), code=1))
        text.write_bytes((MODELS / "gru.onnx").read_bytes()[:-100])
        self.assertIn("cut short", self.refuse("count", str(text), code=1))


def field(number, content):
    """A field of a protocol buffer that holds bytes; short ones."""
    assert len(content) < 128
    return bytes([number << 3 | 2, len(content)]) + content


def graph(op):
    """One node of that operator, from x of 2 floats to y."""
    node = field(1, b"x") + field(2, b"y") + field(4, op)
    shape = field(2, field(1, bytes([0x08, 2])))
    value = field(1, b"x") + field(2, field(1, bytes([0x08, 1]) + shape))
    return field(1, node) + field(2, b"g") + field(11, value)


if __name__ == "__main__":
    unittest.main()
