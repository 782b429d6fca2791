"""The terminal stays the command's own: measured in a pseudo-terminal, under a real shell."""

import signal
import sys
import unittest

from support import PROGRAM, MadeMachine, Terminal

class OnATerminal(MadeMachine):
    def setUp(self):
        super().setUp()
        self.environment["TERM"] = "dumb"
        self.environment["PS1"] = "PROMPT> "

    def run_measured(self, *command):
        return Terminal([PROGRAM, "measure", "-q", "--db", str(self.db), "--", *command],
                        self.environment)

    def test_cat_reads_what_is_typed(self):
        terminal = self.run_measured("cat")
        terminal.type("hello\n")
        terminal.expect("hello\r\n")  # the terminal's echo
        terminal.expect("hello\r\n")  # cat's
        terminal.type("\x04")
        self.assertEqual(terminal.wait(), 0)

    def test_the_command_is_on_a_terminal(self):
        terminal = self.run_measured("sh", "-c", "test -t 0 && test -t 1 && echo it is a tty")
        terminal.expect("it is a tty")
        self.assertEqual(terminal.wait(), 0)

    def test_ctrl_c_ends_the_command_and_keeps_the_record(self):
        terminal = self.run_measured("sh", "-c", "echo ready; exec sleep 1000")
        terminal.expect("ready")
        terminal.type("\x03")
        self.assertEqual(terminal.wait(), 130)
        record = self.records()[0]
        self.assertEqual(record["outcome"], {"state": "incomplete", "exit_code": 130, "signal": 2,
                                             "interrupted": True})

    def test_ctrl_c_reaches_the_command_once(self):
        script = ("import signal, sys, time\n"
                  "count = 0\n"
                  "def on(*_):\n"
                  "    global count\n"
                  "    count += 1\n"
                  "signal.signal(signal.SIGINT, on)\n"
                  "print('ready', flush=True)\n"
                  "while count == 0: time.sleep(0.01)\n"
                  "time.sleep(0.3)  # time for a second one, if there were one\n"
                  "print('got', count, flush=True)\n")
        terminal = self.run_measured(sys.executable, "-c", script)
        terminal.expect("ready")
        terminal.type("\x03")
        self.assertEqual(terminal.expect(r"got (\d+)").group(1), "1")
        self.assertEqual(terminal.wait(), 0)

    def test_ctrl_z_and_fg(self):
        shell = Terminal(["bash", "--norc", "--noprofile", "-i"], self.environment)
        shell.expect("PROMPT> ")
        shell.type(f"'{PROGRAM}' measure -q --db '{self.db}' -- sh -c 'echo re''ady; exec cat'\n")
        shell.expect("ready\r\n")
        shell.type("one\n")
        shell.expect("one\r\n")
        shell.expect("one\r\n")
        shell.type("\x1a")
        shell.expect("Stopped")
        shell.expect("PROMPT> ")
        shell.type_until("echo shell is mine\n", "mine\r\nshell is mine\r\n")
        shell.type_until("fg\n", "measure -q")
        shell.type_until("two\n", "two\r\n(.|\n)*two\r\n")
        shell.type("\x04")
        shell.expect("PROMPT> ")
        shell.type_until("exit $?\n", "exit\r\n")
        self.assertEqual(shell.wait(), 0)
        record = self.records()[0]
        self.assertEqual(record["outcome"]["state"], "complete")
        self.assertIsNotNone(record["whole"]["channels"][0]["energy_j"])

    def test_the_summary_fits_the_terminal(self):
        terminal = Terminal([PROGRAM, "measure", "--db", str(self.db), "--", "true"],
                            self.environment)
        summary = terminal.expect(r"(?s)^.*?whole command.*?\r\n(?=\Z)").group(0)
        self.assertEqual(terminal.wait(), 0)
        self.assertGreater(len(summary.splitlines()), 3)
        self.assertLessEqual(max(map(len, summary.splitlines())), 100)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    unittest.main()
