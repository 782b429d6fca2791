#include "isojoule/energy/measure_trace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"
#include "isojoule/trace/trace_writer.hpp"

#include "support/temp_directory.hpp"

namespace isojoule {
namespace {

using testing::HasSubstr;
using testing::SizeIs;
using testing::ThrowsMessage;

constexpr std::int64_t kSecond = 1'000'000;

Instant at(double seconds) {
  return Instant::from_microseconds(static_cast<std::int64_t>(seconds * kSecond));
}

/// A package that uses 50 W from t = 0 on, read each second from 0 to 10 s, and a trace of it.
class MeasureTrace : public testing::Test {
 protected:
  MeasureTrace() {
    Channel package;
    package.id = "rapl:package-0";
    package.component = "package-0";
    package.unit = microjoule;
    header.sources = {{"rapl", {package}}};
  }

  TraceMeasurement measure() {
    TraceWriter writer(real_files(), file, header);
    writer.append(TraceClocks{at(0), at(0)});
    for (int t = 0; t <= 10; ++t)
      writer.append(TracePoll{0, at(t), {static_cast<std::uint64_t>(t) * 50'000'000u}});
    for (const TraceEvent& event : events) writer.append(event);
    return measure_trace(file);
  }

  void command(double begin, std::optional<double> end) {
    events.push_back(TraceCommand{TraceCommand::Edge::begin, at(begin)});
    if (end) events.push_back(TraceCommand{TraceCommand::Edge::end, at(*end)});
  }
  void mark(Mark::Edge edge, const std::string& name, double time) {
    events.push_back(Mark{edge, name, at(time), {}});
  }

  TempDirectory directory;
  std::filesystem::path file = directory.path() / "run.trace";
  TraceHeader header{"0.1.0", "2026-01-31T12:34:56Z", at(0), second, {}};
  std::vector<TraceEvent> events;
};

constexpr auto kBegin = Mark::Edge::begin;
constexpr auto kEnd = Mark::Edge::end;

double joules(const Measurement& measurement) {
  const auto total = measurement.total(Scope::package);
  return total ? total->energy.in(joule) : -1.0;
}

TEST_F(MeasureTrace, TheWholeCommandAndItsWindows) {
  command(0.5, 9.5);
  mark(kBegin, "epoch", 1);
  mark(kEnd, "epoch", 3);
  mark(kBegin, "epoch", 4);
  mark(kEnd, "epoch", 8.5);
  const TraceMeasurement result = measure();
  EXPECT_TRUE(result.ended);
  EXPECT_DOUBLE_EQ(joules(result.whole), 450.0);
  EXPECT_EQ(result.whole.elapsed, 9.0 * second);
  ASSERT_THAT(result.windows, SizeIs(2));
  EXPECT_DOUBLE_EQ(joules(result.windows[0].measurement), 100.0);
  EXPECT_DOUBLE_EQ(joules(result.windows[1].measurement), 225.0);
  EXPECT_THAT(result.faults, SizeIs(0));
}

TEST_F(MeasureTrace, NestedWindowsComeInTheOrderOfTheirBegin) {
  command(0, 10);
  mark(kBegin, "steps", 1);
  mark(kBegin, "block", 2);
  mark(kEnd, "block", 4);
  mark(kEnd, "steps", 6);
  const TraceMeasurement result = measure();
  ASSERT_THAT(result.windows, SizeIs(2));
  EXPECT_EQ(result.windows[0].name, "steps");
  EXPECT_DOUBLE_EQ(joules(result.windows[0].measurement), 250.0);
  EXPECT_DOUBLE_EQ(joules(result.windows[1].measurement), 100.0);
}

TEST_F(MeasureTrace, WithoutAnEndItGoesToTheLastReading) {
  command(2, std::nullopt);
  const TraceMeasurement result = measure();
  EXPECT_FALSE(result.ended);
  EXPECT_DOUBLE_EQ(joules(result.whole), 400.0);
}

TEST_F(MeasureTrace, MarksThatDoNotPairAreFaults) {
  command(0, 10);
  mark(kEnd, "never-begun", 1);
  mark(kBegin, "twice", 2);
  mark(kBegin, "twice", 3);
  mark(kEnd, "twice", 4);
  mark(kBegin, "backwards", 6);
  mark(kEnd, "backwards", 5);
  mark(kBegin, "open", 7);
  const TraceMeasurement result = measure();
  ASSERT_THAT(result.windows, SizeIs(1));
  EXPECT_DOUBLE_EQ(joules(result.windows[0].measurement), 50.0) << "the last begin counts";
  std::string messages;
  for (const Fault& fault : result.faults) messages += fault.message + "\n";
  EXPECT_EQ(messages,
            "window 'never-begun' was ended without being started\n"
            "window 'twice' was started twice\n"
            "window 'backwards' was ended before it was started\n"
            "window 'open' was never ended\n");
}

TEST_F(MeasureTrace, TwoSendersOfOneWindowCastADoubtOnIt) {
  command(0, 10);
  mark(kBegin, "steps", 1);  // of one process
  mark(kBegin, "steps", 2);  // of another
  mark(kEnd, "steps", 5);
  mark(kEnd, "steps", 6);
  mark(kBegin, "epoch", 7);
  mark(kEnd, "epoch", 8);
  const TraceMeasurement result = measure();
  ASSERT_THAT(result.windows, SizeIs(2));
  EXPECT_EQ(result.windows[0].doubt, "it was started twice");
  EXPECT_EQ(result.windows[1].doubt, "");
}

TEST_F(MeasureTrace, AnEndTooManyCastsADoubtOnTheWindowBefore) {
  command(0, 10);
  for (const double time : {1.0, 4.0}) {
    mark(kBegin, "steps", time);
    mark(kEnd, "steps", time + 1);
  }
  mark(kEnd, "steps", 6);
  const TraceMeasurement result = measure();
  EXPECT_EQ(result.windows.at(0).doubt, "");
  EXPECT_EQ(result.windows.at(1).doubt, "it was ended without being started");
}

TEST_F(MeasureTrace, ALostEndAndBeginAreNotPairedWithEachOther) {
  command(0, 10);
  mark(kBegin, "epoch", 1);
  mark(kBegin, "other", 1);
  // "end epoch" and "begin epoch" were lost here.
  events.push_back(Mark{kEnd, "epoch", at(4), {}, {"epoch"}});
  mark(kEnd, "other", 5);
  mark(kBegin, "epoch", 6);
  mark(kEnd, "epoch", 8);
  const TraceMeasurement result = measure();
  ASSERT_THAT(result.windows, SizeIs(2));
  EXPECT_EQ(result.windows[0].name, "other");
  EXPECT_DOUBLE_EQ(joules(result.windows[1].measurement), 100.0);
  ASSERT_THAT(result.faults, SizeIs(2));
  EXPECT_THAT(result.faults[0].message, HasSubstr("window 'epoch' lost a mark"));
}

TEST_F(MeasureTrace, WhereAnyMarkMayBeLostNoOpenWindowIsTrusted) {
  command(0, 10);
  mark(kBegin, "epoch", 1);
  mark(kBegin, "other", 1);
  events.push_back(Mark{kBegin, "epoch", at(4), {}, {"*"}});
  mark(kEnd, "epoch", 5);
  mark(kEnd, "other", 6);
  const TraceMeasurement result = measure();
  ASSERT_THAT(result.windows, SizeIs(1));
  EXPECT_DOUBLE_EQ(joules(result.windows[0].measurement), 50.0);
}

TEST_F(MeasureTrace, AWindowBeyondTheReadingsIsMissing) {
  command(0, 10);
  mark(kBegin, "late", 9);
  mark(kEnd, "late", 11);
  const TraceMeasurement result = measure();
  EXPECT_FALSE(result.windows.at(0).measurement.total(Scope::package));
  EXPECT_THAT(result.windows[0].measurement.total(Scope::package).refused,
              HasSubstr("no reading after the window ended"));
}

TEST_F(MeasureTrace, ASuspendIsNamed) {
  command(0, 10);
  events.push_back(TraceClocks{at(10), at(3610)});
  const TraceMeasurement result = measure();
  ASSERT_THAT(result.faults, SizeIs(1));
  EXPECT_EQ(result.faults[0].message, "the machine was suspended for 3600.0 s");
}

TEST_F(MeasureTrace, EqualFaultsAreCountedNotRepeated) {
  command(0, 10);
  for (int i = 0; i < 1000; ++i)
    events.push_back(Fault{FaultKind::retry, at(i), "rapl", "read failed"});
  const TraceMeasurement result = measure();
  ASSERT_THAT(result.faults, SizeIs(1));
  EXPECT_EQ(result.faults[0].message, "read failed (1000 times)");
}

TEST_F(MeasureTrace, NoCommandIsAnError) {
  EXPECT_THAT([&] { measure(); }, ThrowsMessage<Error>(HasSubstr("no command started")));
}

constexpr auto kPause = Mark::Edge::pause;
constexpr auto kResume = Mark::Edge::resume;

std::string messages_of(const TraceMeasurement& result) {
  std::string messages;
  for (const Fault& fault : result.faults) messages += fault.message + "\n";
  return messages;
}

TEST_F(MeasureTrace, APausedWindowIsTheSumOfItsPieces) {
  command(0, 10);
  mark(kBegin, "steps", 1);
  mark(kPause, "steps", 3);
  mark(kBegin, "validation", 3);
  mark(kEnd, "validation", 4);
  mark(kResume, "steps", 4.5);
  mark(kPause, "steps", 6);
  mark(kResume, "steps", 7);
  mark(kEnd, "steps", 8);
  const TraceMeasurement result = measure();
  ASSERT_THAT(result.windows, SizeIs(2));
  const NamedMeasurement& steps = result.windows[0];
  EXPECT_EQ(steps.begin, at(1));
  ASSERT_THAT(steps.pieces, SizeIs(3));
  EXPECT_EQ(steps.pieces[1].begin, at(4.5));
  EXPECT_EQ(steps.pieces[2].end, at(8));
  EXPECT_EQ(steps.measurement.elapsed, 4.5 * second);
  EXPECT_DOUBLE_EQ(joules(steps.measurement), 225.0);
  EXPECT_EQ(steps.doubt, "");
  EXPECT_DOUBLE_EQ(joules(result.windows[1].measurement), 50.0) << "not part of the steps";
  EXPECT_EQ(messages_of(result), "");
}

TEST_F(MeasureTrace, PausesNestAndAWindowMayEndInOne) {
  command(0, 10);
  mark(kBegin, "steps", 1);
  mark(kPause, "steps", 2);
  mark(kPause, "steps", 3);
  mark(kResume, "steps", 4);
  mark(kResume, "steps", 5);
  mark(kPause, "steps", 7);
  mark(kEnd, "steps", 9);
  const TraceMeasurement result = measure();
  ASSERT_THAT(result.windows, SizeIs(1));
  EXPECT_EQ(result.windows[0].measurement.elapsed, 3.0 * second);
  EXPECT_DOUBLE_EQ(joules(result.windows[0].measurement), 150.0);
  EXPECT_EQ(messages_of(result), "");
}

TEST_F(MeasureTrace, PausesThatDoNotPairAreFaults) {
  command(0, 10);
  mark(kPause, "never-begun", 1);
  mark(kResume, "never-begun", 1);
  mark(kBegin, "steps", 2);
  mark(kResume, "steps", 3);
  mark(kEnd, "steps", 4);
  mark(kBegin, "back", 6);
  mark(kPause, "back", 5);
  mark(kResume, "back", 7);
  mark(kEnd, "back", 8);
  const TraceMeasurement result = measure();
  EXPECT_EQ(messages_of(result),
            "window 'never-begun' was paused without being started\n"
            "window 'never-begun' was resumed without being started\n"
            "window 'steps' was resumed without being paused\n"
            "window 'back' has a mark from before the one that it follows\n");
  ASSERT_THAT(result.windows, SizeIs(2));
  EXPECT_EQ(result.windows[0].doubt, "it was resumed without being paused");
  EXPECT_EQ(result.windows[1].doubt, "it has a mark from before the one that it follows");
  EXPECT_DOUBLE_EQ(joules(result.windows[1].measurement), 50.0);
}

TEST_F(MeasureTrace, ALostPauseDropsTheWindow) {
  command(0, 10);
  mark(kBegin, "steps", 1);
  events.push_back(Mark{kResume, "steps", at(4), {}, {"steps"}});
  mark(kEnd, "steps", 5);
  const TraceMeasurement result = measure();
  EXPECT_THAT(result.windows, SizeIs(0));
  EXPECT_THAT(messages_of(result), HasSubstr("window 'steps' lost a mark"));
}

TEST_F(MeasureTrace, WindowsOfOneNameAddUpAndBlocksDoNot) {
  command(0, 10);
  for (const double begin : {1.0, 4.0, 7.0}) {
    mark(kBegin, "epoch", begin);
    mark(kBegin, "block", begin);
    mark(kPause, "epoch", begin + 1);
    mark(kResume, "epoch", begin + 1.5);
    mark(kEnd, "block", begin + 2);
    mark(kEnd, "epoch", begin + 2);
  }
  mark(kBegin, "once", 9);
  mark(kEnd, "once", 9.5);
  const TraceMeasurement result = measure();
  EXPECT_THAT(result.windows, SizeIs(7)) << "each is kept";
  ASSERT_THAT(result.sums, SizeIs(1));
  EXPECT_EQ(result.sums[0].name, "epoch");
  EXPECT_EQ(result.sums[0].begin, at(1));
  EXPECT_THAT(result.sums[0].pieces, SizeIs(6));
  EXPECT_EQ(result.sums[0].measurement.elapsed, 4.5 * second);
  EXPECT_DOUBLE_EQ(joules(result.sums[0].measurement), 225.0);
}

TEST_F(MeasureTrace, ASuspendInAPauseIsNotTheWindows) {
  command(0, 10);
  mark(kBegin, "steps", 1);
  mark(kPause, "steps", 3);
  events.push_back(TraceClocks{at(4), at(3604)});
  mark(kResume, "steps", 5);
  mark(kEnd, "steps", 6);
  const TraceMeasurement result = measure();
  EXPECT_THAT(result.windows.at(0).measurement.channels.at(0).caution,
              testing::Not(HasSubstr("suspended")));
  EXPECT_THAT(result.whole.channels.at(0).caution, HasSubstr("suspended"));
}

}  // namespace
}  // namespace isojoule
