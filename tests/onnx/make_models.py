"""Makes the .onnx files beside it, with PyTorch's exporter (made with 1.13.1 of Debian).

Usage: make_models.py [FOLDER]    (default: this one)

`resnet50(file)`, `chain(file, nodes)` are for the tests and the benchmark: their files are not kept.
"""

import math
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent


def export(module, example, file, **options):
    """With random parameters: of two that are equal, the exporter keeps one."""
    import torch
    with torch.no_grad():
        for tensor in module.parameters():
            tensor.uniform_(0.5, 1.5)
    torch.onnx.export(module.eval(), example, str(file), opset_version=14, **options)


def encoder():
    """A layer of a transformer encoder of width 8, 2 heads, 16 hidden units."""
    import torch
    from torch import nn

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.q, self.k, self.v, self.out = (nn.Linear(8, 8) for _ in range(4))
            self.norm1, self.norm2 = nn.LayerNorm(8), nn.LayerNorm(8)
            self.up, self.down, self.act = nn.Linear(8, 16), nn.Linear(16, 8), nn.ReLU()

        def heads(self, x):
            return x.view(x.size(0), x.size(1), 2, 4).transpose(1, 2)

        def forward(self, x):
            q, k, v = self.heads(self.q(x)), self.heads(self.k(x)), self.heads(self.v(x))
            scores = torch.softmax(q @ k.transpose(2, 3) / math.sqrt(4), dim=3)
            mixed = (scores @ v).transpose(1, 2).reshape(x.size(0), x.size(1), 8)
            x = self.norm1(x + self.out(mixed))
            return self.norm2(x + self.down(self.act(self.up(x))))

    return Encoder()


def recurrent(kind):
    """Two layers in both directions of 5 units, over sequences of 3 values."""
    from torch import nn
    return getattr(nn, kind)(3, 5, 2, bidirectional=True, batch_first=True)


def make_all(folder):
    import torch
    torch.manual_seed(1)
    open_sizes = {"x": {0: "batch", 1: "length"}}
    export(encoder(), torch.zeros(2, 6, 8), folder / "encoder.onnx", input_names=["x"],
           dynamic_axes=open_sizes)
    for kind in ("GRU", "LSTM"):
        export(recurrent(kind), torch.zeros(2, 6, 3), folder / f"{kind.lower()}.onnx",
               input_names=["x"], dynamic_axes=open_sizes)


def resnet50(file):
    """torchvision's, with random weights, as in export()."""
    import torch
    import torchvision
    model = torchvision.models.resnet50(weights=None).eval()
    with torch.no_grad():
        for tensor in list(model.parameters()) + list(model.buffers()):
            if tensor.is_floating_point():
                tensor.uniform_(0.5, 1.5)
    torch.onnx.export(model, torch.zeros(1, 3, 224, 224), str(file), input_names=["x"],
                      training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False)


def chain(file, nodes):
    """So many nodes: Linear layers of 64, each with its view by Shape, Gather, Concat, Reshape."""
    from onnx import TensorProto, helper, save
    made = []
    constants = [helper.make_tensor("first", TensorProto.INT64, [1], [0]),
                 helper.make_tensor("rest", TensorProto.INT64, [1], [64])]
    value = "x"
    block = 0
    while len(made) < nodes:
        def name(what):
            return f"{what}_{block}"
        constants.append(helper.make_tensor(name("weight"), TensorProto.FLOAT, [64, 64],
                                            b"\0" * (64 * 64 * 4), raw=True))
        made += [helper.make_node("MatMul", [value, name("weight")], [name("product")]),
                 helper.make_node("Relu", [name("product")], [name("active")]),
                 helper.make_node("Shape", [name("active")], [name("shape")]),
                 helper.make_node("Gather", [name("shape"), "first"], [name("batch")]),
                 helper.make_node("Concat", [name("batch"), "rest"], [name("sizes")], axis=0),
                 helper.make_node("Reshape", [name("active"), name("sizes")], [name("viewed")])]
        value = name("viewed")
        block += 1
    made = made[:nodes]
    graph = helper.make_graph(
        made, "chain", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 64])],
        [helper.make_tensor_value_info(made[-1].output[0], TensorProto.FLOAT, None)], constants)
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]), str(file))


if __name__ == "__main__":
    make_all(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
