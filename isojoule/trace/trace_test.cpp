#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"
#include "isojoule/core/world.hpp"
#include "isojoule/trace/trace_reader.hpp"
#include "isojoule/trace/trace_writer.hpp"

#include "support/fake_files.hpp"
#include "support/temp_directory.hpp"

namespace isojoule {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

Instant at(std::int64_t us) { return Instant::from_microseconds(us); }

TraceHeader two_sources() {
  Channel package;
  package.id = "rapl:package-0";
  package.component = "package-0";
  package.unit = microjoule;
  package.range = 262143328850u;
  package.max_power = 500.0 * watt;
  Channel board;
  board.id = "nvml:GPU-1:power";
  board.component = "gpu-GPU-1";
  board.scope = Scope::gpu;
  board.unit = milliwatt;
  return TraceHeader{"0.1.0",
                     "2026-01-31T12:34:56Z",
                     at(1'000'000),
                     100.0 * millisecond,
                     {{"rapl", {package}}, {"nvml", std::vector<Channel>(9, board)}}};
}

TracePoll wide_poll() {
  TracePoll poll{1, at(2'000'001), std::vector<std::optional<std::uint64_t>>(9)};
  poll.samples[0] = 0;  // a zero that was read is not a missing one
  poll.samples[3] = 350'000;
  poll.samples[8] = std::numeric_limits<std::uint64_t>::max();
  return poll;
}

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// CRC-32 (IEEE 802.3), bit by bit.
std::uint32_t checksum(const std::string& bytes) {
  std::uint32_t value = 0xffffffff;
  for (const char byte : bytes) {
    value ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? 0xedb88320u : 0u);
  }
  return ~value;
}

/// One frame as docs/formats/trace.md describes it, of a body below 16 KiB.
std::string frame_of(const std::string& body) {
  std::string frame{static_cast<char>(0x80 | (body.size() & 0x7f)),
                    static_cast<char>(body.size() >> 7)};
  frame += body;
  const std::uint32_t sum = checksum(frame);
  for (int shift = 0; shift < 32; shift += 8) frame += static_cast<char>(sum >> shift & 0xff);
  return frame;
}

/// A trace without sources: a header with these members in front, then one frame for each body.
std::string foreign_trace(const std::string& members, const std::vector<std::string>& bodies) {
  std::string bytes = "isojtrc\n" + frame_of("H{" + members +
                                             R"(,"isojoule":"9.9","created":"","epoch_us":0,)"
                                             R"("period_s":0.1,"sources":[]})");
  for (const std::string& body : bodies) bytes += frame_of(body);
  return bytes;
}

std::size_t count_events(const std::filesystem::path& file, bool* truncated = nullptr) {
  TraceReader reader(file);
  std::size_t count = 0;
  while (reader.next()) ++count;
  if (truncated != nullptr) *truncated = reader.truncated();
  return count;
}

class Trace : public testing::Test {
 protected:
  TempDirectory directory;
  std::filesystem::path file = directory.path() / "traces" / "run.trace";
};

TEST_F(Trace, KeepsEveryEventExactly) {
  const Mark mark{Mark::Edge::end, "steps", at(5), {{"steps", "10"}}};
  {
    TraceWriter writer(real_files(), file, two_sources());
    writer.append(TraceCommand{TraceCommand::Edge::begin, at(1)});
    writer.append(TracePoll{0, at(1'999'999), {123'456'789'012u}});
    writer.append(wide_poll());
    writer.append(mark);
    writer.append(Fault{FaultKind::fatal, at(7), "nvml", "GPU is lost"});
    writer.append(TraceClocks{at(8), at(9)});
    EXPECT_EQ(writer.failure(), "");
  }
  TraceReader reader(file);
  EXPECT_EQ(reader.header().epoch, at(1'000'000));
  EXPECT_EQ(reader.header().created, "2026-01-31T12:34:56Z");
  EXPECT_EQ(reader.header().period, 100.0 * millisecond);
  ASSERT_EQ(reader.header().sources.size(), 2u);
  const Channel& package = reader.header().sources[0].channels.at(0);
  EXPECT_EQ(package.range, 262143328850u);
  EXPECT_EQ(std::get<Energy>(package.unit), microjoule);
  EXPECT_FALSE(reader.header().sources[1].channels.at(8).is_counter());

  EXPECT_EQ(std::get<TraceCommand>(*reader.next()).time, at(1));
  EXPECT_EQ(std::get<TracePoll>(*reader.next()).samples.at(0), 123'456'789'012u);
  const auto poll = std::get<TracePoll>(*reader.next());
  EXPECT_EQ(poll.source, 1u);
  EXPECT_EQ(poll.time, at(2'000'001));
  EXPECT_EQ(poll.samples, wide_poll().samples);
  EXPECT_EQ(std::get<Mark>(*reader.next()), mark);
  const auto fault = std::get<Fault>(*reader.next());
  EXPECT_EQ(fault.kind, FaultKind::fatal);
  EXPECT_EQ(fault.message, "GPU is lost");
  EXPECT_EQ(std::get<TraceClocks>(*reader.next()).boot, at(9));
  EXPECT_FALSE(reader.next());
  EXPECT_FALSE(reader.truncated());
}

TEST_F(Trace, CutAnywhereKeepsAllThatWasWhole) {
  std::vector<std::uintmax_t> ends;  // of the header and of each event
  {
    TraceWriter writer(real_files(), file, two_sources());
    ends.push_back(std::filesystem::file_size(file));
    for (int i = 0; i < 3; ++i) {
      writer.append(wide_poll());
      ends.push_back(std::filesystem::file_size(file));
    }
  }
  for (std::uintmax_t size = ends.back(); size >= ends.front(); --size) {
    std::filesystem::resize_file(file, size);
    const auto whole = std::ranges::upper_bound(ends, size) - ends.begin() - 1;
    bool truncated = false;
    EXPECT_EQ(count_events(file, &truncated), static_cast<std::size_t>(whole)) << size;
    EXPECT_EQ(truncated, std::ranges::find(ends, size) == ends.end()) << size;
  }
  std::filesystem::resize_file(file, ends.front() - 1);
  EXPECT_THAT([&] { TraceReader reader(file); },
              ThrowsMessage<Error>(HasSubstr("has no whole header")));
}

TEST_F(Trace, DamageInTheMiddleIsNamedWithItsPlace) {
  {
    TraceWriter writer(real_files(), file, two_sources());
    for (int i = 0; i < 3; ++i) writer.append(wide_poll());
  }
  const auto size = std::filesystem::file_size(file);
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(static_cast<std::streamoff>(size) - 40);
  stream.put('\x55');
  stream.close();
  EXPECT_THAT([&] { count_events(file); }, ThrowsMessage<Error>(HasSubstr("damaged at byte ")));
}

TEST_F(Trace, AnythingElseIsNotATrace) {
  write_file(file, "workload,hardware,energy_j\n");
  EXPECT_THAT([&] { TraceReader reader(file); },
              ThrowsMessage<Error>(HasSubstr("is not an isojoule trace")));
  write_file(file, "");
  EXPECT_THROW(TraceReader reader(file), Error);
  EXPECT_THROW(TraceReader reader(directory.path() / "absent"), Error);
}

TEST_F(Trace, NeverOverwrites) {
  write_file(file, "precious");
  EXPECT_THAT([&] { TraceWriter writer(real_files(), file, two_sources()); },
              ThrowsMessage<Error>(HasSubstr("File exists")));
  EXPECT_EQ(bytes_of(file), "precious");
}

TEST_F(Trace, OneChannelAtTenHertzStaysUnder200BytesASecond) {
  const Instant epoch = at(8'640'000'000'000);  // up for 100 days
  const std::int64_t week = 604'800'000'000;
  TraceWriter writer(real_files(), file,
                     TraceHeader{"0", "", epoch, second, {two_sources().sources[0]}});
  const auto before = std::filesystem::file_size(file);
  // At the end of a week, with the counter near its highest value.
  for (std::int64_t i = 0; i < 10; ++i)
    writer.append(TracePoll{0, at(epoch.microseconds() + week + i * 100'000), {262143328000u}});
  EXPECT_LT(std::filesystem::file_size(file) - before, 200u);
}

TEST_F(Trace, AFullDiskIsRememberedAndWhatWasWrittenStaysReadable) {
  const pid_t child = fork();
  if (child == 0) {
    // A limit on the file's size stands in for the full disk, in a process of its own.
    std::signal(SIGXFSZ, SIG_IGN);
    TraceWriter writer(real_files(), file, two_sources());
    const rlimit limit{4096, 4096};
    setrlimit(RLIMIT_FSIZE, &limit);
    for (int i = 0; i < 1000; ++i) writer.append(wide_poll());
    _exit(writer.failure().find("File too large") != std::string::npos ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_GT(count_events(file), 20u);
}

TEST_F(Trace, EachEventIsOneWrite) {
  FakeFiles files;
  TraceWriter writer(files, file, two_sources());
  const std::size_t before = files.count("write");
  for (int i = 0; i < 5; ++i) writer.append(wide_poll());
  EXPECT_EQ(files.count("write") - before, 5u);
  EXPECT_EQ(files.count("sync"), 0u) << "a sampling thread does not wait for a disk";
}

TEST_F(Trace, AHeaderThatCannotBeWrittenIsAnError) {
  FakeFiles files;
  files.fails = [](const FakeFiles::Call& call) {
    return call.what == "write" ? std::make_error_code(std::errc::no_space_on_device)
                                : std::error_code();
  };
  EXPECT_THAT([&] { TraceWriter writer(files, file, two_sources()); },
              ThrowsMessage<Error>(HasSubstr("No space left on device")));
}

TEST_F(Trace, AReadThatFailsIsNotTakenForACutOffEnd) {
  {
    TraceWriter writer(real_files(), file, two_sources());
    for (int i = 0; i < 3; ++i) writer.append(wide_poll());
  }
  FakeFiles files;
  files.fails = [](const FakeFiles::Call& call) {
    return call.what == "read" ? std::make_error_code(std::errc::io_error) : std::error_code();
  };
  EXPECT_THAT([&] { TraceReader reader(file, files); },
              ThrowsMessage<Error>(HasSubstr("Input/output error")));
}

const std::string kMarkBody =
    "M\x0e"
    "begin a t=5000";

TEST_F(Trace, EventsOfANewerMinorVersionArePassedOverAndCounted) {
  write_file(file,
             foreign_trace(R"("schema":"isojoule.trace/3","minor":99)", {"Zwhatever", kMarkBody,
                                                                         "M\x03"
                                                                         "odd",
                                                                         "Z"}));
  TraceReader reader(file);
  EXPECT_EQ(std::get<Mark>(reader.next().value()).name, "a");
  EXPECT_FALSE(reader.next());
  EXPECT_EQ(reader.passed_over(), 3u);
}

TEST_F(Trace, InItsOwnVersionAnUnknownEventIsAnError) {
  for (const char* version :
       {R"("schema":"isojoule.trace/3","minor":0)", R"("schema":"isojoule.trace/3")",
        R"("schema":"isojoule.trace/2")", R"("schema":"isojoule.trace/2","minor":99)"}) {
    write_file(file, foreign_trace(version, {kMarkBody, "Zwhatever"}));
    TraceReader reader(file);
    EXPECT_TRUE(reader.next()) << version;
    EXPECT_THAT([&] { reader.next(); }, ThrowsMessage<Error>(HasSubstr("cannot be understood")))
        << version;
  }
}

TEST_F(Trace, OlderVersionsAreReadAndNewerOnesRefused) {
  for (const char* version : {R"("schema":"isojoule.trace/1")", R"("schema":"isojoule.trace/2")"}) {
    write_file(file, foreign_trace(version, {kMarkBody}));
    EXPECT_EQ(count_events(file), 1u) << version;
  }
  write_file(file, foreign_trace(R"("schema":"isojoule.trace/4")", {}));
  EXPECT_THAT([&] { TraceReader reader(file); }, ThrowsMessage<Error>(HasSubstr("newer schema")));
}

}  // namespace
}  // namespace isojoule
