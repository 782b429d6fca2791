"""isojoule watch: a table on a pipe, a screen on a terminal."""

import re
import subprocess
import signal
import time
import unittest

from support import PROGRAM, MadeMachine, Terminal

ENTER, LEAVE = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"


class Watch(MadeMachine):
    def test_once_is_a_single_table(self):
        out, err = self.isojoule("watch", "--once", "--period", "0.3s")
        self.assertEqual(err, "")
        self.assertNotIn("\x1b", out)
        self.assertEqual(out.count("isojoule watch, for"), 1)
        self.assertRegex(out, r"CPU package-0 +0 W +0 W +0 W +0 W +0 J +measured")

    def test_joules_are_those_of_the_counter(self):
        watching = subprocess.Popen([PROGRAM, "watch", "--period", "0.5s", "--for", "2s"],
                                    env=self.environment, stdout=subprocess.PIPE, text=True)
        watching.stdout.readline()  # the first table: it has been read
        self.write(self.zone / "energy_uj", "8000000\n")  # 7 J more, at once
        out, _ = watching.communicate(timeout=30)
        self.assertEqual(watching.returncode, 0)
        last = [row for row in out.splitlines() if row.startswith("CPU package-0")][-1]
        self.assertRegex(last, r"^CPU package-0 +0 W +0 W +\S+ m?W +\S+ W +7\.00 J +measured +.*█")

    def test_on_a_pipe_a_table_follows_each_period_until_the_end(self):
        out, _ = self.isojoule("watch", "--period", "0.2s", "--for", "0.7s")
        self.assertIn(out.count("isojoule watch, for"), (3, 4))
        self.assertNotIn("\x1b", out)

    def test_a_model_is_named_one(self):
        (self.zone / "name").unlink()
        self.write(self.root / "proc/stat", "cpu  100 0 100 1000 0 0 0 0 0 0\n")
        out, _ = self.isojoule("watch", "--once", "--period", "0.2s")
        self.assertRegex(out, r"\nCPU .* modelled ")
        self.assertNotIn("measured", out)

    def test_a_failed_reading_is_not_0_watts(self):
        (self.zone / "energy_uj").write_text("1000000\n")
        watching = subprocess.Popen([PROGRAM, "watch", "--period", "0.3s", "--for", "1s"],
                                    env=self.environment, stdout=subprocess.PIPE, text=True)
        watching.stdout.readline()
        self.write(self.zone / "energy_uj", "nonsense\n")
        out, _ = watching.communicate(timeout=30)
        last = [row for row in out.splitlines() if row.startswith("CPU package-0")][-1]
        self.assertRegex(last, r"^CPU package-0 +- +0 W ")

    def test_without_a_sensor_it_says_why(self):
        (self.zone / "name").unlink()
        error = self.refuse("watch", "--once", code=1)
        self.assertIn("rapl: ", error)
        self.assertIn("isojoule doctor shows what to do", error)

    def test_refuses_what_makes_no_sense(self):
        self.assertIn("--period", self.refuse("watch", "--period", "0s", code=2))
        self.assertIn("--for", self.refuse("watch", "--for", "0s", code=2))
        self.assertIn("rapl", self.refuse("watch", "--sensors", "rapel", code=2))

    def test_a_signal_ends_it(self):
        watching = subprocess.Popen([PROGRAM, "watch", "--period", "0.2s"], env=self.environment,
                                    stdout=subprocess.PIPE, text=True)
        watching.stdout.readline()
        watching.send_signal(signal.SIGTERM)
        watching.communicate(timeout=30)
        self.assertEqual(watching.returncode, 0)


class OnAScreen(MadeMachine):
    def setUp(self):
        super().setUp()
        self.environment.update(TERM="xterm", PS1="PROMPT> ", INPUTRC=str(self.folder / "inputrc"))
        self.write(self.folder / "inputrc", "set enable-bracketed-paste off\n")

    def watch(self, *options):
        terminal = Terminal([PROGRAM, "watch", "--period", "0.2s", *options], self.environment)
        terminal.expect(re.escape(ENTER))
        terminal.expect("CPU package-0")
        return terminal

    def ends_well(self, terminal):
        self.assertEqual(terminal.wait(), 0)
        after = terminal.seen[terminal.seen.rindex(LEAVE) + len(LEAVE):]
        self.assertIn("CPU package-0", after)  # the last table stays
        self.assertNotIn("\x1b", after)

    def test_q_ends_it(self):
        terminal = self.watch()
        terminal.expect("\x1b\\[H")  # drawn again
        terminal.type("q")
        self.ends_well(terminal)

    def test_ctrl_c_ends_it(self):
        terminal = self.watch()
        terminal.type("\x03")
        self.ends_well(terminal)

    def test_its_time_ends_it(self):
        self.ends_well(self.watch("--for", "0.5s"))

    def test_rows_and_columns_are_kept(self):
        terminal = self.watch()
        terminal.resize(5, 30)
        time.sleep(0.5)  # until what was drawn before is read over below
        terminal.seen = ""
        terminal.expect("(?s)\x1b\\[H.*\x1b\\[J\x1b\\[H")
        drawn = terminal.expect("(?s)(.*?)\x1b\\[J").group(1)
        lines = re.sub("\x1b\\[[0-9]*[mK]", "", drawn).split("\r\n")
        self.assertLessEqual(len(lines), 5)
        self.assertLessEqual(max(map(len, lines)), 30)
        terminal.type("q")
        terminal.wait()

    def test_colour_can_be_switched_off(self):
        bold = "\x1b[1m"
        terminal = self.watch("--for", "0.3s")
        terminal.wait()
        self.assertIn(bold, terminal.seen)
        self.environment["NO_COLOR"] = "1"
        terminal = self.watch("--for", "0.3s")
        terminal.wait()
        self.assertNotIn(bold, terminal.seen)

    def test_ctrl_z_gives_the_screen_back(self):
        shell = Terminal(["bash", "--norc", "--noprofile", "-i"], self.environment)
        shell.expect("PROMPT> ")
        shell.type(f"'{PROGRAM}' watch --period 0.2s\n")
        shell.expect(re.escape(ENTER))
        shell.expect("CPU package-0")
        shell.type("\x1a")
        self.assertIn(LEAVE, shell.expect("(?s)^(.*)Stopped").group(1))
        shell.expect("PROMPT> ")
        shell.type_until("echo shell is mine\n", "mine\r\nshell is mine\r\n")
        shell.type_until("fg\n", re.escape(ENTER))
        shell.expect("CPU package-0")
        shell.type("q")
        shell.expect(re.escape(LEAVE))
        shell.expect("PROMPT> ")
        shell.type_until("exit $?\n", "exit\r\n")
        self.assertEqual(shell.wait(), 0)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    unittest.main()
