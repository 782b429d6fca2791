"""The folder that a build works in: made tables, profiles and a store, and other people's tables."""

import copy
import csv
import json

from . import data_cases, made_store, made_tables


class Spelling:
    """[inputs] of the mapping: how keys, columns and names are put for who reads the files."""

    def __init__(self, columns=None, names=None):
        self.columns = columns or {}
        self.names = names or {}

    def document(self, value):
        if isinstance(value, dict):
            return {self.columns.get(key, key): self.document(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self.document(one) for one in value]
        return self.names.get(value, value) if isinstance(value, str) else value

    def rows(self, rows):
        return [{self.columns.get(key, key): value for key, value in row.items()} for row in rows]

    def table(self, source, target):
        """A copy of a CSV file with its columns named anew."""
        with source.open(newline="", encoding="utf-8") as file:
            header, *rows = csv.reader(file)
        with target.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows(
                [[self.columns.get(name, name) for name in header], *rows])


def batch_of_sixteen(profile):
    """On another footing than the rest: it must be refused."""
    other = copy.deepcopy(profile)
    other["name"] = "batch"
    other["basis"]["batch"] = 16
    return other


def put_files(folder, spelling, data, needed):
    """`data` is the folder of other people's tables, of which those in `needed` are read."""
    folder.mkdir(parents=True)
    for name, rows in made_tables.tables().items():
        (folder / name).write_text(made_tables.csv_text(spelling.rows(rows)))
    numbers = made_tables.with_numbers(made_tables.energies())
    (folder / "energies.json").write_text(json.dumps(spelling.rows(numbers)))
    profiles = made_store.profiles()
    for profile in [*profiles, batch_of_sixteen(profiles[1])]:
        (folder / f"{profile['name']}.json").write_text(json.dumps(spelling.document(profile)))
    made_store.write_store(folder / "store.sqlite", spelling.document)
    for name in needed:
        (folder / "data" / name).mkdir(parents=True)
        for table in data_cases.TABLES[name]:
            spelling.table(data / name / table, folder / "data" / name / table)
