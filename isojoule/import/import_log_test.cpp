#include "isojoule/import/import_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"
#include "isojoule/import/log_format.hpp"
#include "isojoule/trace/trace_reader.hpp"

#include "support/temp_directory.hpp"

namespace isojoule {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::ThrowsMessage;

struct Contents {
  TraceHeader header;
  std::vector<TracePoll> polls;
  std::vector<std::string> faults;
  std::vector<Mark> marks;
  std::vector<Instant> command;
};

class ImportLog : public testing::Test {
 protected:
  Contents import(const std::string& text, const ImportOptions& options = {}) {
    write_file(log_, text);
    std::filesystem::remove(trace_);
    format_ = import_log(real_files(), log_, trace_, options);
    TraceReader reader(trace_);
    Contents contents{reader.header(), {}, {}, {}, {}};
    while (const auto event = reader.next()) {
      if (const auto* poll = std::get_if<TracePoll>(&*event)) contents.polls.push_back(*poll);
      if (const auto* fault = std::get_if<Fault>(&*event))
        contents.faults.push_back(fault->message);
      if (const auto* mark = std::get_if<Mark>(&*event)) contents.marks.push_back(*mark);
      if (const auto* command = std::get_if<TraceCommand>(&*event))
        contents.command.push_back(command->time);
    }
    return contents;
  }

  TempDirectory directory_;
  std::filesystem::path log_ = directory_.path() / "power.csv";
  std::filesystem::path trace_ = directory_.path() / "power.csv.trace";
  std::string format_;
};

Instant ms(std::int64_t milliseconds) { return Instant::from_microseconds(milliseconds * 1000); }

constexpr const char* kBoards =
    "timestamp, name, uuid, driver_version, power.draw [W], power.draw.instant [W], "
    "utilization.gpu [%]\n"
    "2024/01/31 12:34:56.789, NVIDIA A100-PCIE-40GB, GPU-a, 535.1, 56.38 W, [N/A], 7 %\n"
    "2024/01/31 12:34:56.791, NVIDIA GeForce RTX 3090, GPU-b, 535.1, 30.10 W, 31.25 W, [N/A]\n"
    "2024/01/31 12:34:57.789, NVIDIA A100-PCIE-40GB, GPU-a, 535.1, 56.38 W, [N/A], 100 %\n"
    "2024/01/31 12:34:57.791, NVIDIA GeForce RTX 3090, GPU-b, 535.1, [N/A], 33.00 W, [N/A]\n";

TEST_F(ImportLog, BoardsThatTakeTurnsAreSources) {
  const Contents contents = import(kBoards);
  EXPECT_EQ(format_, "nvidia-smi");
  ASSERT_TRUE(contents.header.imported);
  EXPECT_EQ(contents.header.imported->from, "nvidia-smi");
  EXPECT_EQ(contents.header.imported->file, "power.csv");
  EXPECT_EQ(contents.header.period, 1.0 * second);
  ASSERT_THAT(contents.header.sources, SizeIs(2));
  const auto& a100 = contents.header.sources[0].channels;
  ASSERT_THAT(a100, SizeIs(2)) << "what it has no value of has no channel";
  EXPECT_EQ(a100[0].id, "nvidia-smi:GPU-a:power");
  EXPECT_EQ(a100[0].component, "gpu-GPU-a");
  EXPECT_EQ(a100[0].label, "NVIDIA A100-PCIE-40GB");
  EXPECT_EQ(a100[0].refresh, 100.0 * millisecond) << "as the table of generations has it";
  EXPECT_EQ(a100[0].averaging, 25.0 * millisecond);
  EXPECT_EQ(a100[0].caveat, "");
  EXPECT_EQ(a100[0].family, "nvml/turing-on");
  EXPECT_EQ(a100[0].gain, Gain{}) << "raw";
  EXPECT_EQ(std::get<Gauge>(a100[1].unit).unit, "ratio");
  const auto& rtx3090 = contents.header.sources[1].channels;
  EXPECT_EQ(rtx3090[0].id, "nvidia-smi:GPU-b:power-instant") << "before a mean";

  ASSERT_THAT(contents.polls, SizeIs(4));
  EXPECT_EQ(contents.polls[0].time, ms(0));
  EXPECT_EQ(contents.polls[3].time, ms(1002));
  EXPECT_EQ(contents.polls[3].source, 1u);
  EXPECT_THAT(contents.polls[2].samples, ElementsAre(Sample(56'380'000), Sample(100)))
      << "an equal value is a value";
  EXPECT_THAT(contents.polls[3].samples, ElementsAre(Sample(33'000'000), Sample()));
  EXPECT_THAT(contents.command, ElementsAre(ms(2), ms(1000))) << "when both were read";
  EXPECT_THAT(contents.faults, ElementsAre("board GPU-a has no value of power.draw.instant [W]",
                                           "board GPU-b has no value of utilization.gpu [%]"));
}

TEST_F(ImportLog, UnitsMayBeMissingFromTheValues) {
  const Contents contents = import(
      "timestamp, power.draw [W]\n2024/01/31 12:34:56.789, 56.38\n2024/01/31 12:34:56.889, 57\n");
  ASSERT_THAT(contents.header.sources, SizeIs(1));
  const Channel& channel = contents.header.sources[0].channels[0];
  EXPECT_EQ(channel.component, "gpu-0");
  EXPECT_NE(channel.caveat, "") << "nothing is known of a board without a name";
  EXPECT_EQ(contents.polls[1].samples[0], 57'000'000u);
  EXPECT_THAT(contents.faults, IsEmpty());
}

TEST_F(ImportLog, ABoardThatTheLogDoesNotNameMayBeNamed) {
  const Contents contents = import("time_s,power_average_w,power_instant_w\n0,50,51\n0.1,50,52\n",
                                   {.board = "NVIDIA A100-PCIE-40GB"});
  const auto& channels = contents.header.sources.at(0).channels;
  ASSERT_THAT(channels, SizeIs(2));
  EXPECT_EQ(channels[0].id, "log:power_instant");
  EXPECT_EQ(channels[0].averaging, 25.0 * millisecond);
  EXPECT_EQ(channels[0].scope, Scope::gpu);
  EXPECT_EQ(channels[0].component, channels[1].component) << "two ways to show one power";
}

TEST_F(ImportLog, EveryFaultIsNamedWithItsLines) {
  const Contents contents = import(
      "timestamp, uuid, power.draw [W]\n"                  // 1
      "2024/01/31 12:00:00.000, GPU-a, 10 W\n"             // 2
      "2024/01/31 12:00:01.000, GPU-a, 11 W\n"             // 3
      "2024/01/31 12:00:01.000, GPU-a, 12 W\n"             // 4 the same time
      "2024/01/31 11:00:01.000, GPU-a, 13 W\n"             // 5 a clock that was set back
      "2024/01/31 11:00:02.000, GPU-a, 13 W\n"             // 6
      "2024/01/31 12:00:02.000, GPU-a, twelve W\n"         // 7
      "2024/01/31 12:00:03.000, GPU-a, 14000 mW\n"         // 8
      "2024/01/31 12:00:04.000, GPU-a, [Unknown Error]\n"  // 9
      "2024/01/31 12:00:05.000, GPU-a\n"                   // 10 cut
      "yesterday, GPU-a, 15 W\n"                           // 11
      "Unable to determine the device handle for GPU \"0000:01:00.0\": Unknown Error\n"  // 12
      "2024/01/31 12:00:06.000, GPU-a, -1 W\n"                                           // 13
      "timestamp, uuid, power.draw [W]\n"         // 14 the log was continued
      "2024/01/31 12:00:07.000, GPU-a, 16 W\n");  // 15
  EXPECT_THAT(
      contents.faults,
      testing::UnorderedElementsAre(
          "has the time of the row before; the row was left out (line 4)",
          "is from before the row before it; the row was left out (lines 5-6)",
          "power.draw [W] is no number: 'twelve W'; the reading is missing (line 7)",
          "power.draw [W] is in 'mW' where W is expected; the reading is missing (line 8)",
          "power.draw [W] is no number: '[Unknown Error]'; the reading is missing (line 9)",
          "has 2 fields where the header has 3; the row was left out (line 10)",
          "its time cannot be understood; the row was left out (line 11)",
          "has 1 fields where the header has 3; the row was left out (line 12)",
          "power.draw [W] is negative or beyond anything real; the reading is missing (line 13)"));
  EXPECT_THAT(contents.polls, SizeIs(7)) << "a reading that is missing is a failed one";
  EXPECT_EQ(contents.polls[2].samples[0], Sample());
  EXPECT_EQ(contents.polls.back().samples[0], 16'000'000u);
}

TEST_F(ImportLog, ReadsWhatAmdSmiWrites) {
  const Contents contents = import(
      "'CTRL' + 'C' to stop watching output:\n"
      "timestamp,gpu,socket_power,gfx_voltage,hotspot\n"
      "1706704496,0,310,N/A,61\n1706704496,1,305,N/A,60\n"
      "timestamp,gpu,socket_power,gfx_voltage,hotspot\n"
      "1706704497,0,320,N/A,62\n1706704497,1,306,N/A,60\n");
  EXPECT_EQ(format_, "amd-smi");
  ASSERT_THAT(contents.header.sources, SizeIs(2));
  const auto& channels = contents.header.sources[1].channels;
  EXPECT_EQ(channels[0].id, "amd-smi:1:power");
  EXPECT_NE(channels[0].caveat, "");
  EXPECT_EQ(channels[0].family, "amd/board");
  EXPECT_EQ(std::get<Gauge>(channels[1].unit).unit, "celsius");
  EXPECT_EQ(contents.polls[3].samples[0], 306'000'000u);
  EXPECT_THAT(contents.faults, IsEmpty());
  EXPECT_EQ(import("timestamp,gpu,power_usage,hotspot_temperature\n"
                   "1706704496.5,0,310,61\n1706704497.5,0,311,61\n")
                .polls[1]
                .time,
            ms(1000));
}

TEST_F(ImportLog, PlainColumnsAreOfWhatTheyAreNamedFor) {
  const Contents contents =
      import("time_s,gpu0_w,gpu1_w,cpu_w,power_w,note\n5,1,2,3,4,x\n6,1,2,3,4,\n");
  EXPECT_EQ(format_, "plain");
  const auto& channels = contents.header.sources.at(0).channels;
  ASSERT_THAT(channels, SizeIs(4));
  EXPECT_EQ(channels[0].scope, Scope::gpu);
  EXPECT_NE(channels[0].component, channels[1].component);
  EXPECT_EQ(channels[2].scope, Scope::package);
  EXPECT_EQ(channels[3].scope, Scope::node);
  EXPECT_EQ(contents.polls[0].time, ms(0)) << "the log's clock starts with its first row";
}

TEST_F(ImportLog, WindowsAreMarksFromTheLogsStart) {
  const Contents contents =
      import("time_s,power_w\n5,1\n15,1\n", {.windows = {{"steps", 1.5 * second, 8.0 * second}}});
  ASSERT_THAT(contents.marks, SizeIs(2));
  EXPECT_EQ(contents.marks[0].time, ms(1500));
  EXPECT_EQ(contents.marks[1].edge, Mark::Edge::end);
  EXPECT_THAT([&] { import("time_s,power_w\n5,1\n15,1\n", {.windows = {{"a b", {}, {}}}}); },
              ThrowsMessage<Error>(HasSubstr("mark name 'a b'")));
}

TEST_F(ImportLog, WhatIsNoLogIsRefusedAndLeavesNoTrace) {
  for (const char* text : {"", "workload,energy_j\ncnn,5\n", "2024/01/31 12:00:00.000, 10 W\n"})
    EXPECT_THAT([&] { import(text); },
                ThrowsMessage<Error>(HasSubstr("Known are nvidia-smi, by --query-gpu")))
        << text;
  EXPECT_THAT([&] { import("timestamp, power.draw [W]\n2024/01/31 12:00:00, [N/A]\n"); },
              ThrowsMessage<Error>(HasSubstr("has no reading of power; the log has no value of "
                                             "power.draw [W]")));
  EXPECT_THAT([&] { import("time_s,power_w\nx,1\n"); },
              ThrowsMessage<Error>(HasSubstr("its time cannot be understood")));
  EXPECT_FALSE(std::filesystem::exists(trace_));
  EXPECT_THAT([&] { import_log(real_files(), directory_.path() / "absent", trace_, {}); },
              ThrowsMessage<Error>(HasSubstr("cannot read")));
}

TEST_F(ImportLog, ATraceThatIsThereIsNotOverwritten) {
  import("time_s,power_w\n5,1\n15,1\n");
  EXPECT_THAT([&] { import_log(real_files(), log_, trace_, {}); },
              ThrowsMessage<Error>(HasSubstr("File exists")));
}

}  // namespace
}  // namespace isojoule
