"""How NEW spells what OLD says, and which differences are known: mapping.toml, for one case.

Entries for all cases, for those of one command and for one case are taken together.
"""

import dataclasses
import fnmatch
import re
import shlex
import tomllib

KEYS = {"command", "new_args", "options", "names", "columns", "added", "removed", "allowed",
        "sentences", "refusals"}
ALLOWED_KEYS = {"where", "at_most", "reason"}
PARTS = re.compile(r"([,+] ?)")  # of lists such as ratio,linear and energy+flops


def text_of(path):
    return "/".join(map(str, path))


def matches(pattern, path):
    """A pattern with a slash is held against the whole path, a bare one against each key in it."""
    if "/" in pattern and fnmatch.fnmatchcase(text_of(path), pattern):
        return True
    return any(type(part) is str and fnmatch.fnmatchcase(part, pattern) for part in path[1:])


def renamed(names, text):
    """Text with the names in it spelled anew: as a whole, or each part of a list."""
    if text in names:
        return names[text]
    return "".join(names.get(part, part) for part in PARTS.split(text))


def moved(old, new, path):
    """What `new` makes of the beginning `old` of the path, and the rest; None if it does not begin so.

    A * stands for a place in a list. Those of `new` take the places of `old` in their order.
    """
    parts = old.split("/")
    places = []
    if len(path) < len(parts):
        return None
    for part, own in zip(parts, path):
        if part == "*" and type(own) is int:
            places.append(own)
        elif part != own:
            return None
    found = iter(places)
    beginning = tuple(next(found) if part == "*" else part for part in new.split("/"))
    return beginning, path[len(parts):]


@dataclasses.dataclass
class Mapping:
    """What holds for one case."""
    command: str | None = None
    new_args: list | None = None
    options: dict = dataclasses.field(default_factory=dict)
    names: dict = dataclasses.field(default_factory=dict)
    columns: dict = dataclasses.field(default_factory=dict)
    added: dict = dataclasses.field(default_factory=dict)
    removed: dict = dataclasses.field(default_factory=dict)
    allowed: list = dataclasses.field(default_factory=list)
    sentences: list = dataclasses.field(default_factory=list)
    refusals: list = dataclasses.field(default_factory=list)

    def arguments(self, old):
        """The arguments of NEW for those of OLD."""
        if self.new_args is not None:
            return list(self.new_args)
        new = shlex.split(self.command) if self.command else [old[0]]
        for argument in old[1:]:
            if argument in self.options:
                new += shlex.split(self.options[argument])
            else:
                new.append(argument if argument.startswith("-") else renamed(self.names, argument))
        return new

    def path(self, old):
        """Where NEW has what OLD has there: the longest beginning that is named, then bare names."""
        beginning, rest = old[:1], old[1:]
        for name in sorted(self.columns, key=len, reverse=True):
            found = moved(name, self.columns[name], old)
            if found is not None:
                beginning, rest = found
                break
        return beginning + tuple(self.columns.get(part, part) if type(part) is str else part
                                 for part in rest)

    def value(self, old):
        return renamed(self.names, old) if type(old) is str else old

    def reason_for(self, reasons, path):
        """Why a cell may stand on one side alone; None if it may not."""
        return next((why for pattern, why in reasons.items() if matches(pattern, path)), None)

    def allowance(self, path, relative):
        """The entry that allows a difference; `relative` is None for what is no pair of numbers."""
        for entry in self.allowed:
            within = "at_most" not in entry or (
                relative is not None and relative <= entry["at_most"])
            if within and matches(entry["where"], path):
                return entry
        return None


def sections_of(case):
    return ("all", case.args[0], "case " + case.name)


class MappingFile:
    """mapping.toml."""

    def __init__(self, text):
        self.sections = tomllib.loads(text)
        self.inputs = self.sections.pop("inputs", {})
        if set(self.inputs) - {"columns", "names"}:
            raise SystemExit("mapping: [inputs] takes columns and names")
        for name, section in self.sections.items():
            check(name, section)

    def of(self, case):
        mapping = Mapping()
        for name in sections_of(case):
            for key, value in self.sections.get(name, {}).items():
                own = getattr(mapping, key)
                if isinstance(own, dict):
                    own.update(value)
                elif isinstance(own, list):
                    own.extend(value)
                else:
                    setattr(mapping, key, value)
        return mapping

    def unused(self, cases):
        """Sections that are for none of the cases: a name may have changed."""
        return sorted(set(self.sections).difference(*map(sections_of, cases)))


def check(name, section):
    """Refuses what a slip of the pen would leave without effect."""
    unknown = set(section) - KEYS
    if unknown:
        raise SystemExit(f"mapping: [{name}] has no {', '.join(sorted(unknown))}")
    for entry in section.get("allowed", []):
        if not entry.get("reason") or "where" not in entry or set(entry) - ALLOWED_KEYS:
            raise SystemExit(f"mapping: [{name}] allowed takes where, reason and at_most: {entry}")
    for key in ("added", "removed"):
        if not all(section.get(key, {}).values()):
            raise SystemExit(f"mapping: [{name}] {key} takes a reason for each")
