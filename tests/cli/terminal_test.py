"""The terminal stays the command's own: measured in a pseudo-terminal, under a real shell."""

import os
import pty
import re
import select
import signal
import sys
import time
import unittest

from support import PROGRAM, MadeMachine

PATIENCE_S = 30  # only a guard against a test that hangs


class Terminal:
    """A program on a pseudo-terminal, which is its controlling terminal."""

    def __init__(self, arguments, environment):
        self.seen = ""
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.execvpe(arguments[0], arguments, environment)

    def type(self, text):
        os.write(self.master, text.encode())

    def type_until(self, text, pattern):
        """Types `text` until `pattern` is seen: a shell that is just taking the terminal back may
        lose what was typed before."""
        for _ in range(6):
            self.type(text)
            try:
                return self.expect(pattern, PATIENCE_S / 6)
            except AssertionError as error:
                failure = error
        raise failure

    def expect(self, pattern, patience_s=PATIENCE_S):
        """Reads until `pattern` is seen; forgets what came up to its end."""
        deadline = time.monotonic() + patience_s
        while True:
            found = re.search(pattern, self.seen)
            if found:
                self.seen = self.seen[found.end():]
                return found
            ready, _, _ = select.select([self.master], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                raise AssertionError(f"{pattern!r} was not seen in {self.seen!r}")
            try:
                data = os.read(self.master, 65536)
            except OSError:
                data = b""
            if not data:
                raise AssertionError(f"the terminal closed; {pattern!r} not in {self.seen!r}")
            self.seen += data.decode(errors="replace")

    def wait(self):
        try:
            while os.read(self.master, 65536):
                pass
        except OSError:
            pass
        os.close(self.master)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


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
        self.assertEqual(record["outcome"], {"state": "incomplete", "exit_code": 130, "signal": 2})

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
