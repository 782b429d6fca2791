"""The boards that were compared with an external meter, and what their makers rate them at.

`gains.csv` (Yang, Adamek, Armour, SC24; see its SOURCE.md) has the fitted line of each board,

    shown = gradient x true + intercept.
"""

import csv
import dataclasses

# Rated board power in W, with the maker's document.
RATED_W = {
    "RTX 3090": (350, "NVIDIA Ampere GA102 whitepaper v2"),
    "RTX 3070 Ti": (290, "NVIDIA GeForce RTX 3070 family page, specifications: graphics card power"),
    "RTX 2080 Ti": (250, "NVIDIA Turing whitepaper WP-09183, reference board"),
    "RTX 2060 S": (175, "NVIDIA GeForce RTX 2060 SUPER page, specifications: graphics card power"),
    "GTX 1080 Ti": (250, "NVIDIA GeForce GTX 1080 Ti page, specifications"),
    "GTX 1080": (180, "NVIDIA GeForce GTX 1080 whitepaper"),
    "Titan X (Maxwell)": (250, "NVIDIA GeForce GTX TITAN X page, specifications"),
    "M40": (250, "NVIDIA Tesla M40 datasheet"),
    "Quadro K620": (45, "NVIDIA Quadro K620 datasheet: maximum power consumption"),
    "K40m": (235, "NVIDIA Tesla K40 board specification BD-06902"),
    "A100 PCIe": (250, "NVIDIA A100 datasheet 1521051, 40 GB PCIe"),
    "RTX 4090": (450, "NVIDIA Ada whitepaper v2"),
    "Titan X (Pascal)": (250, "NVIDIA TITAN X (Pascal) page, specifications"),
}

GENERATIONS = {
    "to-pascal": ("Kepler", "Maxwell", "Pascal"),
    "turing-on": ("Turing", "Ampere", "Ada", "Hopper", "Blackwell"),
}


@dataclasses.dataclass(frozen=True)
class Board:
    name: str
    generation: str
    gradient: float
    intercept_w: float
    rated_w: float

    def shown(self, true_w):
        return self.gradient * true_w + self.intercept_w

    @property
    def deviation(self):
        """shown / true - 1 at rated power."""
        return self.shown(self.rated_w) / self.rated_w - 1.0


def generation_of(architecture):
    for name, architectures in GENERATIONS.items():
        if architecture in architectures:
            return name
    raise ValueError(f"no generation has the architecture {architecture}")


def read_boards(path):
    with open(path, newline="", encoding="utf-8") as file:
        return [Board(row["board"], generation_of(row["architecture"]), float(row["gradient"]),
                      float(row["intercept_w"]), RATED_W[row["board"]][0])
                for row in csv.DictReader(file)]
