#include "isojoule/report/trace_tables.hpp"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/page/text.hpp"
#include "isojoule/trace/trace_writer.hpp"

#include "support/temp_directory.hpp"

namespace isojoule {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

Instant at(double seconds) { return Instant{} + (100.0 + seconds) * second; }

class TraceReport : public testing::Test {
 protected:
  TraceReport() {
    Channel counter;
    counter.id = "nvml:GPU-1:energy";
    counter.unit = millijoule;
    counter.gain.value = 1.25;
    Channel gauge;
    gauge.id = "nvml:GPU-1:temperature";
    gauge.unit = Gauge{"celsius", 0.5, {}};
    TraceWriter writer(real_files(), file,
                       TraceHeader{"0.1.0",
                                   "2026-01-31T12:34:56Z",
                                   at(0),
                                   100.0 * millisecond,
                                   {{"nvml", {counter, gauge}}}});
    writer.append(TracePoll{0, at(0), {1000, 80}});
    writer.append(TraceCommand{TraceCommand::Edge::begin, at(0.05)});
    writer.append(TracePoll{0, at(0.1), {std::nullopt, 82}});
    writer.append(Mark{Mark::Edge::end, "steps", at(0.15), {{"steps", "10"}}});
    writer.append(TracePoll{0, at(0.2), {2500, 84}});
    writer.append(TraceCommand{TraceCommand::Edge::end, at(0.21), 3, std::nullopt});
  }
  TempDirectory directory;
  std::filesystem::path file = directory.path() / "a.trace";
};

TEST_F(TraceReport, TheCsvHoldsEveryReading) {
  std::ostringstream out;
  write_trace_csv(file, out);
  EXPECT_EQ(out.str(),
            "time_s,channel,counts,value,unit\n"
            "0.000000,nvml:GPU-1:energy,1000,0.8,J\n"
            "0.000000,nvml:GPU-1:temperature,80,40,celsius\n"
            "0.100000,nvml:GPU-1:energy,,,\n"
            "0.100000,nvml:GPU-1:temperature,82,41,celsius\n"
            "0.200000,nvml:GPU-1:energy,2500,2,J\n"
            "0.200000,nvml:GPU-1:temperature,84,42,celsius\n");
}

TEST_F(TraceReport, TheTablesTellOfChannelsAndEvents) {
  const auto tables = trace_tables(file);
  ASSERT_THAT(tables, SizeIs(2));
  ASSERT_THAT(tables[0].rows, SizeIs(2));
  EXPECT_EQ(tables[0].rows[0][2], "2");
  EXPECT_EQ(tables[0].rows[0][3], "1");
  EXPECT_EQ(tables[0].rows[0][4], "200 ms");
  EXPECT_EQ(tables[0].rows[1][1], "state (celsius)");
  EXPECT_THAT(tables[0].title, HasSubstr("2026-01-31T12:34:56Z"));
  EXPECT_THAT(tables[0].notes, SizeIs(0));
  const std::string events = render_text(tables[1]);
  EXPECT_THAT(events, HasSubstr("end steps steps=10"));
  EXPECT_THAT(events, HasSubstr("end, exit code 3"));
}

TEST_F(TraceReport, ATornTraceSaysSo) {
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 2);
  EXPECT_THAT(render_text(trace_tables(file)[0]), HasSubstr("ends within an event"));
}

TEST_F(TraceReport, ManyEventsAreCounted) {
  const auto many = directory.path() / "many.trace";
  {
    TraceWriter writer(real_files(), many, TraceHeader{"0", "", at(0), second, {}});
    for (std::size_t i = 0; i < kMaxListedEvents + 7; ++i)
      writer.append(Fault{FaultKind::retry, at(1), "x", "y"});
  }
  const Table events = trace_tables(many)[1];
  EXPECT_THAT(events.rows, SizeIs(kMaxListedEvents));
  ASSERT_THAT(events.notes, SizeIs(1));
  EXPECT_EQ(events.notes[0], "7 more.");
}

}  // namespace
}  // namespace isojoule
