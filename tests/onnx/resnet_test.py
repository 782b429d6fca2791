"""torchvision's ResNet-50, exported here and now, against its published size."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import warnings

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import needs

ISOJOULE = os.environ["ISOJOULE"]


def products_of_convolutions():
    """Multiply-adds, from the architecture alone: a 7 x 7 convolution, four stages of bottlenecks
    (1 x 1, 3 x 3, 1 x 1), each stage halving the picture, and the last layer."""
    total = 112 * 112 * 64 * 3 * 49
    size, channels = 56, 64
    for stage, blocks in enumerate((3, 4, 6, 3)):
        width = 64 << stage
        for block in range(blocks):
            stride = 2 if stage > 0 and block == 0 else 1
            total += size * size * channels * width
            size //= stride
            total += size * size * width * width * 9
            total += size * size * width * 4 * width
            if block == 0:
                total += size * size * channels * 4 * width
            channels = 4 * width
    return total + 2048 * 1000


def main():
    try:
        import make_models
        import torchvision
    except ImportError as error:
        needs.end_without(f"torchvision ({error})")
    del torchvision
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "resnet50.onnx"
        make_models.resnet50(file)
        done = subprocess.run([ISOJOULE, "count", "--json", str(file)], check=True,
                              capture_output=True, text=True)
    cost = json.loads(done.stdout)
    assert cost["complete"], cost["remarks"]
    assert cost["parameters"] == 25_557_032, cost["parameters"]
    assert cost["macs_forward"] == products_of_convolutions(), cost["macs_forward"]
    assert round(cost["macs_forward"] / 1e9, 2) == 4.09
    print(f"{cost['parameters']:,} parameters, {cost['macs_forward']:,} MAC")


if __name__ == "__main__":
    main()
