"""Holds that readings become joules and watts in one place.

Counts of energy and power channels are converted, unwrapped and divided by a gain in the rooms core,
trace, energy, sensor, import and meter only; everybody else asks these for values. Gauges (temperatures, clocks) are
free. Tests, which play sensors, are too.

Usage: clerk_test.py SOURCE_DIRECTORY
"""

import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(sys.argv.pop(1)).resolve()
ROOMS = ROOT / "isojoule"
CLERKS = {"core", "trace", "energy", "sensor", "import", "meter"}

# What the clerks give to others: values. Their other headers take or give counts.
VALUES = {
    "energy": {"measure_trace.hpp", "power_over_time.hpp"},
    "import": {"import_log.hpp"},
    "meter": {"live_choice.hpp", "live_history.hpp", "live_readings.hpp", "meter.hpp", "sensor_look.hpp"},
}
# May look at readings: one for temperatures, which are gauges, one to print counts as they are.
SEE_READINGS = {"isojoule/campaign/thermometer.cpp", "isojoule/report/trace_tables.cpp"}
# Sets gains that the user gives, and is the only one: one assignment in one function.
SETS_GAINS = "isojoule/run/known_gain.cpp"

QUANTITY = r"(?:\w+::)*(?:Energy|Power)"
MEMBER = r"(?:\.|->)\s*"
RULES = {
    "takes the energy or power of a count out of a channel's unit": re.compile(
        rf"\b(?:get|get_if|holds_alternative)\s*<\s*(?:const\s+)?{QUANTITY}\s*>\s*\("
        r"|\bget(?:_if)?\s*<\s*[01]u?\s*>\s*\([^()]*\bunit\b"
        rf"|\bchannel\w*(?:\[[^\]]*\]|\(\))?\s*{MEMBER}unit\b"
        rf"|{MEMBER}unit\s*\.\s*index\s*\("
        rf"|\bvisit\s*\([^;]*{MEMBER}unit\b"),
    "reads or sets a gain": re.compile(rf"{MEMBER}gain\b(?!\s*\()"),
    "counts a counter on": re.compile(rf"{MEMBER}(?:range|max_power)\b(?!\s*\()"),
    "calls what judges or converts counts": re.compile(
        r"\b(?:classify_step|ReadingJudge|Segmenter|EnergySteps|ChannelIntegrator|ChannelLook"
        r"|CounterDelta)\b"),
}
GAUGE = re.compile(r"\bget(?:_if)?\s*<\s*(?:const\s+)?(?:\w+::)*Gauge\s*>\s*\([^()]*\)")
READINGS = re.compile(rf"\b(?:TracePoll|Sample)\b|{MEMBER}poll\s*\(")
INCLUDE = re.compile(r'^\s*#\s*include\s+["<]isojoule/(\w+)/([^">]+)[">]', re.MULTILINE)


def code_of(text):
    """The text without comments and what stands in quotes, in lines as before."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match.group())
    return re.sub(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', blank, text, flags=re.DOTALL)


def faults(name, text):
    """What a file outside of the clerks' rooms does with counts, as lines "file:line: what"."""
    found = []
    for room, header in INCLUDE.findall(text):
        if header not in VALUES.get(room, {header}):
            found.append(f"{name}: includes isojoule/{room}/{header}, which deals in counts")
    code = GAUGE.sub(lambda match: "gauge" + "\n" * match.group().count("\n"), code_of(text))
    rules = dict(RULES)
    if name not in SEE_READINGS:
        rules["looks at readings"] = READINGS
    for what, rule in rules.items():
        for match in rule.finditer(code):
            line = code.count("\n", 0, match.start()) + 1
            found.append(f"{name}:{line}: {what}")
    return found


def outside():
    """Name and text of each source outside of the clerks' rooms that is no test."""
    folders = [room for room in sorted(ROOMS.iterdir()) if room.name not in CLERKS]
    for folder in [*folders, ROOT / "cli", ROOT / "trainer", ROOT / "bench"]:
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".hpp", ".cpp") and not path.stem.endswith("_test"):
                yield str(path.relative_to(ROOT)), path.read_text()


class Clerk(unittest.TestCase):
    maxDiff = None

    def test_nobody_else_turns_counts_into_joules(self):
        found = [fault for name, text in outside() if name != SETS_GAINS for fault in faults(name, text)]
        self.assertEqual(found, [])

    def test_a_gain_is_set_in_one_place(self):
        text = (ROOT / SETS_GAINS).read_text()
        self.assertEqual(len(re.findall(rf"{MEMBER}gain\s*=(?!=)", code_of(text))), 1)
        [fault] = faults(SETS_GAINS, text)
        self.assertIn("reads or sets a gain", fault)

    def test_the_report_on_a_measurement_reads_no_trace(self):
        for path in sorted((ROOMS / "report").rglob("*.[ch]pp")):
            rooms = {room for room, _ in INCLUDE.findall(path.read_text())}
            self.assertEqual(rooms & {"energy", "meter", "sensor"}, set(), path)
            if "trace_tables" not in path.name:
                self.assertNotIn("trace", rooms, path)

    def test_the_lists_here_name_what_is_there(self):
        for name in [*SEE_READINGS, SETS_GAINS]:
            self.assertTrue((ROOT / name).is_file(), name)
        for room, headers in VALUES.items():
            for header in headers:
                self.assertTrue((ROOMS / room / header).is_file(), header)


class WhatIsFound(unittest.TestCase):
    """Each way around the clerks that was taken, or could be."""

    def assert_found(self, code, what):
        found = faults("isojoule/report/new.cpp", code)
        self.assertTrue(any(what in fault for fault in found), (code, found))

    def test_conversions(self):
        for code in (
            "joules = steps * std::get<Energy>(channel_->unit).in(joule);",
            "if (auto* p = std::get_if<isojoule::Power>(&channel.unit)) w = n * *p;",
            "std::get< const Energy >(unit)", "auto u = std::get<0>(c.unit);",
            "if (c.unit.index() == 1) {}", "std::visit(to_joules, channel.unit);",
            "std::visit([&](auto u) { return n * u; },\n           channel.unit);",
            "const auto unit = channels[i].unit;", "use(sensor.channel().unit);",
        ):
            self.assert_found(code, "out of a channel's unit")

    def test_gains(self):
        for code in ("x / channel.gain.value", "x / channel_->gain.value", "c.gain = {1.0, 0.1, s};",
                     "const Gain& g = live.channel\n    .gain;"):
            self.assert_found(code, "gain")

    def test_unwrapping(self):
        self.assert_found("const auto round = counts < before ? *channel_->range : 0;", "counter on")
        self.assert_found("const auto step = classify_step(channel, a, b, elapsed);", "judges or converts")

    def test_includes(self):
        self.assert_found('#include "isojoule/meter/channel_look.hpp"\n', "includes")
        self.assert_found('#include "isojoule/energy/energy_steps.hpp"\n', "includes")
        self.assert_found("#include <isojoule/energy/reading_judge.hpp>\n", "includes")

    def test_readings(self):
        for code in ("void operator()(const TracePoll& poll);", "std::vector<Sample> samples;",
                     "sensor->poll(samples);"):
            self.assert_found(code, "looks at readings")

    def test_what_is_free(self):
        for code in (
            "const auto& gauge = std::get<Gauge>(channel.unit); f(gauge.unit, gauge.per_count);",
            "const Gauge* gauge = std::get_if<Gauge>(&channel.unit);",
            "n * std::get<isojoule::Gauge>(channels[i].unit).per_count;", "std::get<0>(pair);",
            "if (channel.is_counter()) {}", "// x / channel.gain.value", "/* classify_step\n */",
            'table.notes.push_back("TracePoll, channel.gain");', "loads.push_back(test.unit);",
            "std::visit(layout, operator_.shape);", '#include "isojoule/energy/measure_trace.hpp"\n',
            "const double gain = (before - after) / cost;", "ranges::sort(rows);",
        ):
            self.assertEqual(faults("isojoule/report/new.cpp", code), [], code)


if __name__ == "__main__":
    unittest.main()
