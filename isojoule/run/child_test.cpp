#include "isojoule/run/child.hpp"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_directory.hpp"

namespace isojoule {
namespace {

ChildEnd run(const std::vector<std::string>& command) {
  const HeldSignals signals;
  Child child(signals, command, {});
  child.go();
  return child.wait(*real_world().clock);
}

std::string contents(const std::filesystem::path& file) {
  return read_text(file).value_or("(no file)");
}

TEST(Child, PassesTheExitCodeOn) {
  EXPECT_EQ(run({"true"}).exit_code, 0);
  const ChildEnd end = run({"sh", "-c", "exit 42"});
  EXPECT_EQ(end.exit_code, 42);
  EXPECT_FALSE(end.signal);
}

TEST(Child, ADeathBySignalIs128AndTheSignal) {
  const ChildEnd end = run({"sh", "-c", "kill -KILL $$"});
  EXPECT_EQ(end.exit_code, 128 + SIGKILL);
  EXPECT_EQ(end.signal, SIGKILL);
}

TEST(Child, ACommandThatDoesNotExistIs127) {
  const HeldSignals signals;
  Child child(signals, {"isojoule-no-such-command"}, {});
  try {
    child.go();
    FAIL();
  } catch (const StartError& error) {
    EXPECT_EQ(error.exit_code(), 127);
    EXPECT_STREQ(error.what(), "command 'isojoule-no-such-command' not found");
  }
}

TEST(Child, ACommandThatCannotBeRunIs126) {
  const TempDirectory directory;
  const HeldSignals signals;
  Child child(signals, {directory.path().string()}, {});
  try {
    child.go();
    FAIL();
  } catch (const StartError& error) {
    EXPECT_EQ(error.exit_code(), 126);
  }
}

TEST(Child, AddsToTheEnvironmentAndReplacesWhatIsThere) {
  const TempDirectory directory;
  const auto file = directory.path() / "out";
  setenv("ISOJOULE_TEST_OLD", "old", 1);
  const HeldSignals signals;
  Child child(signals,
              {"sh", "-c", "echo $ISOJOULE_TEST_OLD $ISOJOULE_TEST_NEW $HOME >" + file.string()},
              {{"ISOJOULE_TEST_OLD", "replaced"}, {"ISOJOULE_TEST_NEW", "added"}});
  child.go();
  child.wait(*real_world().clock);
  const char* home = getenv("HOME");
  EXPECT_EQ(contents(file), std::string("replaced added ") + (home != nullptr ? home : "") + "\n");
}

TEST(Child, DoesNotStartBeforeItIsLetGo) {
  const TempDirectory directory;
  const auto file = directory.path() / "started";
  {
    const HeldSignals signals;
    const Child child(signals, {"touch", file.string()}, {});
  }
  EXPECT_FALSE(std::filesystem::exists(file)) << "never let go, so never the command";
}

TEST(Child, SignalsSentToUsReachIt) {
  const TempDirectory directory;
  const auto ready = directory.path() / "ready";
  ASSERT_EQ(mkfifo(ready.c_str(), 0600), 0);
  const HeldSignals signals;
  Child child(signals,
              {"sh", "-c",
               "trap 'exit 7' TERM; echo >" + ready.string() + "; while :; do sleep 0.01; done"},
              {});
  child.go();
  std::ifstream(ready).get();  // returns when the trap is set
  kill(getpid(), SIGTERM);
  EXPECT_EQ(child.wait(*real_world().clock).exit_code, 7);
}

TEST(Child, AnInterruptThatWaitsAtItsEndIsItsOwn) {
  const HeldSignals signals;
  Child child(signals, {"true"}, {});
  child.go();
  siginfo_t info{};
  waitid(P_PID, static_cast<id_t>(child.pid()), &info, WEXITED | WNOWAIT);
  kill(getpid(), SIGINT);  // the child's end is seen before it
  EXPECT_TRUE(child.wait(*real_world().clock).interrupted);
}

TEST(Child, ItsSignalsAreNotBlocked) {
  // A blocked SIGTERM would stay pending, and the shell would go on to exit 0.
  const ChildEnd end = run({"sh", "-c", "kill -TERM $$; exit 0"});
  EXPECT_EQ(end.signal, SIGTERM);
}

TEST(Child, OurSignalsAreAsBefore) {
  sigset_t before;
  sigset_t after;
  pthread_sigmask(SIG_SETMASK, nullptr, &before);
  run({"true"});
  pthread_sigmask(SIG_SETMASK, nullptr, &after);
  for (const int number : {SIGINT, SIGTERM, SIGCHLD, SIGHUP})
    EXPECT_EQ(sigismember(&before, number), sigismember(&after, number)) << number;
}

TEST(Child, CollectsOrphansSoThatTheirTimeCounts) {
  // The grandchild burns CPU after its parent has gone; as subreaper we get to know of it.
  const std::uint64_t before = real_world().processes->children_cpu_microseconds();
  const TempDirectory directory;
  const auto done = (directory.path() / "done").string();
  const std::string burn = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; echo $$ > " + done +
                           ".new; mv " + done + ".new " + done;
  // Until we have collected it, a process that has ended is still in /proc; the count only guards
  // against waiting for ever.
  const std::string wait = "while [ ! -e " + done +
                           " ]; do sleep 0.01; done; n=0; while [ -e /proc/$(cat " + done +
                           ") ] && [ $n -lt 300 ]; do n=$((n+1)); sleep 0.01; done";
  run({"sh", "-c", "(sh -c '" + burn + "' &) ; " + wait});
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1) << "an orphan was left to be collected";
  // 200,000 turns of a shell take far more than 20 ms.
  EXPECT_GT(real_world().processes->children_cpu_microseconds() - before, 20'000u);
}

TEST(Child, AParentThatIgnoresChildrenStillGetsTheExitCode) {
  signal(SIGCHLD, SIG_IGN);
  EXPECT_EQ(run({"sh", "-c", "exit 3"}).exit_code, 3);
}

TEST(Child, OutputCanGoNowhere) {
  testing::internal::CaptureStdout();
  const HeldSignals signals;
  Child child(signals, {"echo", "noise"}, {}, ChildOutput::nowhere);
  child.go();
  child.wait(*real_world().clock);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
}

}  // namespace
}  // namespace isojoule
