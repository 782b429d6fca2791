#include "isojoule/run/record_of_trace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"
#include "isojoule/record/record_json.hpp"
#include "isojoule/run/measure_command.hpp"
#include "isojoule/trace/trace_writer.hpp"

#include "support/fake_world.hpp"

namespace isojoule {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Instant at(double seconds) { return Instant{} + seconds * second; }

class RecordOfTrace : public testing::Test {
 protected:
  RecordOfTrace() {
    about.id = "01JABCDEFGHJKMNPQRSTVWXYZ0";
    about.created = "2026-01-31T12:34:56Z";
    about.version = "0.1.0";
    about.workload = WorkloadId("my-model");
    about.command = {"python3", "train.py"};
    about.samples = 100;
    about.context["device"] = "cpu";
  }

  /// 10 J a second, read each second from 0 to `seconds`; the command begins at 1 s.
  std::unique_ptr<TraceWriter> write(int seconds) {
    Channel channel;
    channel.id = "rapl:package-0";
    channel.component = "package-0";
    channel.unit = joule;
    TraceHeader header{"0", "", Instant{}, second, {{"rapl", {channel}}}};
    if (with_about) header.about = about_text(about);
    auto writer = std::make_unique<TraceWriter>(real_files(), file, header);
    for (int i = 0; i <= seconds; ++i) {
      writer->append(TracePoll{0, at(i), {static_cast<std::uint64_t>(10 * i)}});
      if (i == 1) writer->append(TraceCommand{TraceCommand::Edge::begin, at(1)});
    }
    return writer;
  }

  TempDirectory directory;
  std::filesystem::path file = directory.path() / "a.trace";
  Record about;
  bool with_about = true;
};

TEST_F(RecordOfTrace, OfAWholeRunIsItsRecord) {
  auto writer = write(9);
  writer->append(TraceCommand{TraceCommand::Edge::end, at(8), 3, std::nullopt});
  const Record record = record_of_trace(file);
  EXPECT_EQ(record.id, about.id);
  EXPECT_EQ(record.workload.name(), "my-model");
  EXPECT_EQ(record.command, about.command);
  EXPECT_EQ(record.samples, 100u);
  EXPECT_EQ(record.context, about.context);
  EXPECT_EQ(record.outcome.state, CommandOutcome::State::incomplete);
  EXPECT_EQ(record.outcome.exit_code, 3);
  EXPECT_EQ(record.trace, file.string());
  EXPECT_NEAR(record.whole.total(Scope::package)->energy.in(joule), 70.0, 1e-9);
  EXPECT_THAT(record.faults, IsEmpty());
}

TEST_F(RecordOfTrace, OfAKilledRunEndsWithTheLastReading) {
  write(6);
  const Record record = record_of_trace(file);
  EXPECT_EQ(record.outcome.state, CommandOutcome::State::cut_off);
  EXPECT_NEAR(record.whole.total(Scope::package)->energy.in(joule), 50.0, 1e-9);
  EXPECT_EQ(record.whole.elapsed, 5.0 * second);
  ASSERT_THAT(record.faults, SizeIs(1));
  EXPECT_THAT(record.faults[0].message, HasSubstr("broke off"));
  // It can be kept: how the command ended stays unknown.
  const Json json = record_to_json(record);
  EXPECT_TRUE(json["outcome"]["exit_code"].is_null());
  EXPECT_EQ(record_from_json(json, "it").outcome.state, CommandOutcome::State::cut_off);
}

TEST_F(RecordOfTrace, EverySourceKeepsItsEnergyWhereTheRecordingBreaksOff) {
  // The sources are polled one after the other; one has been silent for long.
  std::vector<TraceSource> sources;
  for (const char* name : {"package-0", "dram-package-0", "gpu-lost"}) {
    Channel channel;
    channel.id = std::string("made:") + name;
    channel.component = name;
    channel.unit = joule;
    sources.push_back({name, {channel}});
  }
  TraceHeader header{"0", "", Instant{}, second, sources};
  header.about = about_text(about);
  TraceWriter writer(real_files(), file, header);
  for (int t = 0; t <= 20; ++t) {
    if (t == 1) writer.append(TraceCommand{TraceCommand::Edge::begin, at(1)});
    writer.append(TracePoll{0, at(t), {static_cast<std::uint64_t>(10 * t)}});
    writer.append(TracePoll{1, at(t + 0.4), {static_cast<std::uint64_t>(10 * t)}});
    if (t < 5) writer.append(TracePoll{2, at(t + 0.5), {static_cast<std::uint64_t>(t)}});
  }
  const Record record = record_of_trace(file);
  EXPECT_EQ(record.whole.elapsed, 19.0 * second);
  ASSERT_EQ(record.whole.channels.size(), 3u);
  EXPECT_TRUE(record.whole.channels[0].energy) << record.whole.channels[0].reason;
  EXPECT_TRUE(record.whole.channels[1].energy) << record.whole.channels[1].reason;
  EXPECT_FALSE(record.whole.channels[2].energy);
}

TEST_F(RecordOfTrace, ATornLastEventIsLostAlone) {
  write(6);
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 3);
  EXPECT_EQ(record_of_trace(file).whole.elapsed, 4.0 * second);
}

TEST_F(RecordOfTrace, OfARunThatGoesOnIsWhatThereIs) {
  const auto writer = write(4);
  EXPECT_EQ(record_of_trace(file).whole.elapsed, 3.0 * second);
  writer->append(TracePoll{0, at(5), {50}});
  EXPECT_EQ(record_of_trace(file).whole.elapsed, 4.0 * second);
}

TEST_F(RecordOfTrace, WithoutWhatItIsOfThereIsNone) {
  with_about = false;
  write(4);
  try {
    record_of_trace(file);
    FAIL() << "nothing thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_input);
    EXPECT_THAT(error.what(), HasSubstr("does not say what it is of"));
  }
}

TEST_F(RecordOfTrace, RestBeforeAndAfterIsSetApart) {
  Channel channel;
  channel.id = "rapl:package-0";
  channel.component = "package-0";
  channel.unit = joule;
  TraceHeader header{"0", "", Instant{}, second, {{"rapl", {channel}}}};
  header.about = about_text(about);
  TraceWriter writer(real_files(), file, header);
  const auto rest = [&](TraceRest::Edge edge, double t) { writer.append(TraceRest{edge, at(t)}); };
  // 2 W for 5 s, 20 W for 10 s, 4 W for 5 s.
  const auto joules = [](int t) {
    return t < 5 ? 2 * t : t < 15 ? 10 + 20 * (t - 5) : 210 + 4 * (t - 15);
  };
  rest(TraceRest::Edge::begin, 0);
  for (int t = 0; t <= 20; ++t)
    writer.append(TracePoll{0, at(t), {static_cast<std::uint64_t>(joules(t))}});
  rest(TraceRest::Edge::end, 5);
  writer.append(TraceCommand{TraceCommand::Edge::begin, at(5)});
  writer.append(TraceCommand{TraceCommand::Edge::end, at(15), 0, std::nullopt});
  rest(TraceRest::Edge::begin, 15);
  rest(TraceRest::Edge::end, 20);
  const Record record = record_of_trace(file);
  ASSERT_TRUE(record.idle_before && record.idle_after);
  EXPECT_NEAR(record.idle_before->total(Scope::package)->energy.in(joule), 10.0, 1e-9);
  EXPECT_NEAR(record.idle_after->total(Scope::package)->energy.in(joule), 20.0, 1e-9);
  EXPECT_NEAR(record.whole.total(Scope::package)->energy.in(joule), 200.0, 1e-9);
  EXPECT_THAT(record.windows, IsEmpty());
}

}  // namespace
}  // namespace isojoule
