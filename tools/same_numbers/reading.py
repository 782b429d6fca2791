"""What a program wrote, as cells: {path: value}.

A path says where a cell is: the name of the output, then keys (text) and places in lists (whole numbers).
Numbers keep the digits that were written. A table is rows of columns, whether it came as CSV, as JSON
with `columns` and `rows`, or as text with a line of dashes under its titles.
"""

import csv
import io
import json
import re

NO_TITLE = "(no title)"
RULE = re.compile(r" *-+(?:  -+)*")
WHOLE_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
UNREAD = ("made_by", "verbatim", "schema")  # of a report: version and command, which may change


class Number(str):
    """A number as it was written."""


class Words(str):
    """Sentences, in which only the numbers must stay."""


def cell_of(text):
    """What a cell of a CSV file or of a text table holds; None if it is empty."""
    if text == "":
        return None
    return Number(text) if WHOLE_NUMBER.fullmatch(text) else text


def titles_of(names):
    """Names that tell columns apart, also where a title is empty or stands twice."""
    titles = []
    for name in names:
        title = name or NO_TITLE
        twice = titles.count(title) + sum(t.startswith(title + " #") for t in titles)
        titles.append(f"{title} #{twice + 1}" if twice else title)
    return titles


def put_rows(cells, path, titles, rows):
    for place, row in enumerate(rows):
        if len(row) != len(titles):
            raise ValueError(f"{path}: row {place} has {len(row)} cells for {len(titles)} titles")
        for title, value in zip(titles, row):
            cells[(*path, place, title)] = value


def read_csv(name, text):
    cells = {}
    header, *rows = list(csv.reader(io.StringIO(text))) or [[]]
    put_rows(cells, (name,), titles_of(header), [[cell_of(cell) for cell in row] for row in rows])
    return cells


def parse_json(text):
    return json.loads(text, parse_float=Number, parse_int=Number, parse_constant=Number)


def is_table(value):
    return (isinstance(value, dict) and isinstance(value.get("columns"), list)
            and isinstance(value.get("rows"), list))


def put_table(cells, path, table):
    rows = [[cell_of(cell) if type(cell) is str else cell for cell in row] for row in table["rows"]]
    put_rows(cells, path, titles_of(table["columns"]), rows)


def put_json(cells, path, value):
    if is_table(value):
        put_table(cells, path, value)
        value = {key: one for key, one in value.items() if key not in ("columns", "rows")}
    if isinstance(value, dict):
        for key, one in value.items():
            put_json(cells, (*path, key), one)
    elif isinstance(value, list):
        for place, one in enumerate(value):
            put_json(cells, (*path, place), one)
    else:
        cells[path] = value


def read_json(name, text):
    cells = {}
    put_json(cells, (name,), parse_json(text))
    return cells


def read_report(name, text):
    """Tables and figures by their ids, wherever they stand, and all that is said around them."""
    cells = {}
    said = []

    def walk(value):
        if is_table(value):
            path = (name, value["id"])
            if any(known[:2] == path for known in cells):
                raise ValueError(f"two tables or figures are called {value['id']}")
            put_table(cells, path, value)
            value = {key: one for key, one in value.items() if key not in ("id", "columns", "rows")}
        if isinstance(value, dict):
            for key, one in value.items():
                if key not in UNREAD:
                    walk(one)
        elif isinstance(value, list):
            for one in value:
                walk(one)
        elif isinstance(value, str):
            said.append(value)

    walk(parse_json(text))
    cells[(name, "words")] = Words(" ".join(said))
    return cells


def columns_of(rule):
    """Where the columns begin and end; the last one has no end."""
    spans = [found.span() for found in re.finditer("-+", rule)]
    return [*spans[:-1], (spans[-1][0], None)]


def sliced(line, spans):
    return [line[begin:end].strip() for begin, end in spans]


def read_text(name, text):
    """Tables by their place, line by line, and what is said around them."""
    cells = {}
    said = []
    tables = 0
    block = []  # the lines since the last empty one
    for line in [*text.splitlines(), ""]:
        if line.strip():
            block.append(line)
            continue
        rules = [place for place, one in enumerate(block) if place > 0 and RULE.fullmatch(one)]
        if rules:
            spans = columns_of(block[rules[0]])
            heads = zip(*(sliced(one, spans) for one in block[:rules[0]]))
            titles = titles_of(" ".join(filter(None, parts)) for parts in heads)
            rows = [[cell_of(cell) for cell in sliced(one, spans)] for one in block[rules[0] + 1:]]
            put_rows(cells, (name, tables), titles, rows)
            tables += 1
        else:
            said += block
        block = []
    cells[(name, "words")] = Words(" ".join(said))
    return cells


READERS = {"csv": read_csv, "json": read_json, "report": read_report, "text": read_text}
