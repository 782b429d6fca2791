"""The live line of a run: in the last row of a terminal, and nowhere else."""

import re
import signal
import unittest

from support import PROGRAM, MadeMachine, Terminal

SAVE, RESTORE, RESET = "\x1b7", "\x1b8", "\x1b[r"


def entered(rows):
    """The region was set to all rows but the last."""
    return f"\x1bD{SAVE}\x1b[1;{rows - 1}r{RESTORE}\x1b[A"


def left(row):
    """The region was given back, and the row cleared."""
    return f"{SAVE}{RESET}\x1b[{row};1H\x1b[0m\x1b[2K{RESTORE}"


def line(row):
    return re.escape(f"{SAVE}\x1b[{row};1H\x1b[0m\x1b[2K") + "([^\x1b]*)" + re.escape(RESTORE)


def without_line(text, rows):
    """What is left for the command when all that is ours is taken out."""
    for ours in (re.escape(entered(rows)), re.escape(left(rows)), line(rows)):
        text = re.sub(ours, "", text)
    return text


class LiveLine(MadeMachine):
    def setUp(self):
        super().setUp()
        self.environment.update(TERM="xterm", PS1="PROMPT> ", INPUTRC=str(self.folder / "inputrc"))
        self.write(self.folder / "inputrc", "set enable-bracketed-paste off\n")

    def run_measured(self, *command, options=(), rows=24, columns=80):
        return Terminal([PROGRAM, "measure", *options, "--db", str(self.db), "--", *command],
                        self.environment, rows, columns)

    def until_shown(self, rows=24):
        terminal = self.run_measured("sh", "-c", "echo ready; exec sleep 1000", rows=rows)
        terminal.expect("ready\r\n")
        terminal.expect(re.escape(entered(rows)))
        return terminal

    def test_says_time_power_and_energy(self):
        terminal = self.until_shown()
        text = terminal.expect(line(24)).group(1)
        self.assertRegex(text, r"\A1\.\d\d s \| CPU package-0: 0 W, 0 J\Z")
        terminal.expect(line(24))  # and again
        terminal.type("\x03")
        self.assertEqual(terminal.wait(), 130)

    def test_a_model_is_named_one(self):
        (self.zone / "name").unlink()
        self.write(self.root / "proc/stat", "cpu  100 0 100 1000 0 0 0 0 0 0\n")
        terminal = self.until_shown()
        self.assertRegex(terminal.expect(line(24)).group(1), r"\| CPU: \S+ W, \S+ m?J modelled\Z")
        terminal.type("\x03")
        terminal.wait()

    def test_the_output_of_the_command_is_intact_and_the_row_is_given_back(self):
        script = "for i in 1 2 3 4 5 6 7 8; do echo output $i; sleep 0.3; done; printf end"
        terminal = self.run_measured("sh", "-c", script, rows=10)
        self.assertEqual(terminal.wait(), 0)
        self.assertIn(entered(10), terminal.seen)
        self.assertEqual(terminal.seen.count(entered(10)), terminal.seen.count(left(10)))
        after = terminal.seen[terminal.seen.rindex(left(10)) + len(left(10)):]
        self.assertIn("whole command", after)  # the summary comes when the row is given back
        self.assertNotIn("\x1b", after)
        output = "".join(f"output {i}\r\n" for i in range(1, 9)) + "end"
        self.assertTrue(without_line(terminal.seen, 10).startswith(output), terminal.seen)

    def test_ctrl_c_gives_the_row_back(self):
        terminal = self.until_shown()
        terminal.expect(line(24))
        terminal.type("\x03")
        self.assertEqual(terminal.wait(), 130)
        self.assertIn(left(24), terminal.seen)
        self.assertNotIn("\x1b", terminal.seen[terminal.seen.rindex(left(24)) + len(left(24)):])
        self.assertEqual(self.records()[0]["outcome"]["signal"], 2)

    def test_ctrl_z_gives_the_row_to_the_shell_and_fg_takes_it_again(self):
        shell = Terminal(["bash", "--norc", "--noprofile", "-i"], self.environment)
        shell.expect("PROMPT> ")
        shell.type(f"'{PROGRAM}' measure --db '{self.db}' -- sh -c 'echo re''ady; exec cat'\n")
        shell.expect("ready\r\n")
        shell.expect(re.escape(entered(24)))
        shell.type("\x1a")
        before = shell.expect("(?s)^(.*)Stopped").group(1)
        self.assertIn(left(24), before)
        shell.expect("PROMPT> ")
        shell.type_until("echo shell is mine\n", "mine\r\nshell is mine\r\n")
        shell.type_until("fg\n", "measure --db")
        shell.expect(re.escape(entered(24)))
        shell.expect(line(24))
        shell.type_until("two\n", "two\r\n(.|\n)*two\r\n")
        shell.type("\x04")
        shell.expect(re.escape(left(24)))
        shell.expect("PROMPT> ")
        shell.type_until("exit $?\n", "exit\r\n")
        self.assertEqual(shell.wait(), 0)
        self.assertEqual(self.records()[0]["outcome"]["state"], "complete")

    def test_in_the_background_there_is_no_line(self):
        shell = Terminal(["bash", "--norc", "--noprofile", "-i"], self.environment)
        shell.expect("PROMPT> ")
        shell.type(f"'{PROGRAM}' measure --db '{self.db}' -- sleep 2.5 & wait; echo over $?\n")
        seen = shell.expect(r"(?s)^(.*)over 0").group(1)
        self.assertNotIn(SAVE, seen)
        shell.type("exit\n")
        shell.wait()

    def test_a_changed_size_is_taken_up(self):
        terminal = self.until_shown()
        terminal.expect(line(24))
        terminal.resize(30, 100)
        terminal.expect(re.escape(left(24)) + re.escape(entered(30)))
        terminal.expect(line(30))
        terminal.resize(4, 100)  # too small for a line
        terminal.expect(re.escape(left(30)))
        terminal.type("\x03")
        terminal.wait()
        self.assertNotIn(SAVE, terminal.seen)

    def test_is_cut_to_the_columns(self):
        self.use_fake_nvml("board\nuuid GPU-1\nname " + "A very long name of a board, " * 3
                           + "\nenergy_mj 5000\nlimit_mw 700000\n")
        terminal = self.run_measured("sleep", "1000", columns=40)
        self.assertLessEqual(len(terminal.expect(line(24)).group(1)), 40)
        terminal.type("\x03")
        terminal.wait()

    def test_like_boards_are_added_up(self):
        board = "board\nuuid GPU-{}\nname Fake\nenergy_rate_mw 100000\nlimit_mw 700000\n"
        self.use_fake_nvml(board.format(1) + board.format(2))
        terminal = self.until_shown()
        # 200 W by counters of whole millijoules, over steps of about a tenth of a second
        self.assertRegex(terminal.expect(line(24)).group(1),
                         r" \| 2 x Fake: (19[89]|20[012]) W, \d+ J \| CPU package-0: 0 W, 0 J\Z")
        terminal.type("\x03")
        terminal.wait()

    def nothing_of_it(self, *arguments, **size):
        terminal = self.run_measured("sh", "-c", "sleep 1.5; echo done", **size, options=arguments)
        self.assertEqual(terminal.wait(), 0)
        self.assertNotIn("\x1b", terminal.seen)
        self.assertIn("done\r\n", terminal.seen)

    def test_can_be_switched_off(self):
        self.nothing_of_it("--no-live")
        self.nothing_of_it("--quiet")

    def test_is_not_there_on_a_terminal_that_cannot(self):
        self.nothing_of_it(rows=4)
        self.nothing_of_it(columns=39)
        self.environment["TERM"] = "dumb"
        self.nothing_of_it()
        del self.environment["TERM"]
        self.nothing_of_it()

    def test_is_not_there_on_a_pipe(self):
        out, err = self.measure("sh", "-c", "sleep 1.5; echo done")
        self.assertEqual(out, "done\n")
        self.assertNotIn("\x1b", err)

    def test_a_command_that_is_not_found_leaves_no_trace_on_the_terminal(self):
        terminal = self.run_measured("no-such-command")
        self.assertEqual(terminal.wait(), 127)
        self.assertNotIn("\x1b", terminal.seen)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    unittest.main()
