"""Two sets of cells, digit for digit."""

import collections
import dataclasses
import decimal
import re

from .mapping import matches
from .reading import Number, Words

# Numbers within a text. Not the digits of a name, as in w03 or cnn-2x512; in 9-31 the dash is no sign.
IN_TEXT = re.compile(r"(?<![\w.])(?<![A-Za-z]-)[-+]?\d+(?:,\d{3})*(?:\.\d+)?(?:[eE][-+]?\d+)?(?!\w)")


@dataclasses.dataclass
class Place:
    """Where OLD and NEW differ."""
    path: tuple
    old: object
    new: object
    relative: float | None = None  # None: not two numbers


@dataclasses.dataclass
class Tally:
    cells: int = 0
    greatest: float = 0.0


@dataclasses.dataclass
class Comparison:
    numbers: int = 0  # that were compared
    differences: list = dataclasses.field(default_factory=list)
    words: list = dataclasses.field(default_factory=list)  # that changed, and may
    respelled: int = 0  # numbers of the same value, written otherwise
    known: dict = dataclasses.field(default_factory=lambda: collections.defaultdict(Tally))

    def allow(self, reason, relative):
        tally = self.known[reason]
        tally.cells += 1
        tally.greatest = max(tally.greatest, relative or 0.0)


def numbers_in(value):
    if isinstance(value, Number):
        return [value]
    return IN_TEXT.findall(value) if isinstance(value, str) else []


def value_of(number):
    return decimal.Decimal(number.replace(",", ""))


def relative_difference(old, new):
    """None where one of them is not finite, as nan is."""
    old, new = value_of(old), value_of(new)
    if old == new:
        return 0.0
    if not (old.is_finite() and new.is_finite()):
        return None
    return float(abs(old - new) / max(abs(old), abs(new)))


def greatest_relative(old, new):
    """Of the numbers of two values in their order; None where they are not as many."""
    pairs = (numbers_in(old), numbers_in(new))
    if len(pairs[0]) != len(pairs[1]) or not pairs[0]:
        return None
    found = [relative_difference(*pair) for pair in zip(*pairs)]
    return None if None in found else max(found)


def without_numbers(value):
    return "" if isinstance(value, Number) else IN_TEXT.sub("#", str(value))


class Comparer:
    def __init__(self, mapping):
        self.mapping = mapping
        self.result = Comparison()

    def compare(self, old, new):
        """Cells of OLD in NEW's spelling against those of NEW."""
        mapped = {}
        for path, value in old.items():
            there = self.mapping.path(path)
            if there in mapped:
                raise SystemExit(f"mapping: two of OLD's cells go to {there}")
            mapped[there] = (path, self.mapping.value(value))
        for there, (path, value) in mapped.items():
            if there in new:
                self.cell(there, value, new[there])
            else:
                self.alone(self.mapping.removed, path, Place(path, value, "(not there)"))
        for there, value in new.items():
            if there not in mapped:
                self.alone(self.mapping.added, there, Place(there, "(not there)", value))
        return self.result

    def alone(self, reasons, path, place):
        reason = self.mapping.reason_for(reasons, path)
        if reason is None:
            self.differ(place)
        else:
            self.result.allow(reason, None)

    def differ(self, place):
        entry = self.mapping.allowance(place.path, place.relative)
        if entry is None:
            self.result.differences.append(place)
        else:
            self.result.allow(entry["reason"], place.relative)

    def is_a(self, patterns, path):
        return any(matches(pattern, path) for pattern in patterns)

    def cell(self, path, old, new):
        result = self.result
        result.numbers += len(numbers_in(old))
        if old == new and isinstance(old, Number) == isinstance(new, Number):
            return
        both_texts = isinstance(old, str) and isinstance(new, str)
        if both_texts and self.is_a(self.mapping.refusals, path):
            result.words.append(Place(path, old, new))
            return
        relative = greatest_relative(old, new)
        numbers_stay = both_texts and (relative == 0.0 or not numbers_in(old) + numbers_in(new))
        same_words = without_numbers(old) == without_numbers(new)
        if numbers_stay and same_words:
            result.respelled += 1
        elif numbers_stay and (isinstance(old, Words) or self.is_a(self.mapping.sentences, path)):
            result.words.append(Place(path, old, new))
        else:
            self.differ(Place(path, old, new, relative if same_words else None))
