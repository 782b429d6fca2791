#include "isojoule/app/measurement_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"
#include "isojoule/run/record_of_trace.hpp"
#include "isojoule/trace/trace_writer.hpp"

#include "support/temp_directory.hpp"

namespace isojoule {
namespace {

using testing::Each;
using testing::HasSubstr;
using testing::Le;

Instant at(double seconds) { return Instant{} + (1000.0 + seconds) * second; }

/// A package that uses 20 W and whose counter is reset at 5 s of 10.
class MeasurementReport : public testing::Test {
 protected:
  MeasurementReport() {
    Channel package;
    package.id = "rapl:package-0";
    package.component = "package-0";
    package.unit = microjoule;
    package.range = 262'143'328'850;
    package.max_power = 1000.0 * watt;
    Record about;
    about.id = "01JABCDEFGHJKMNPQRSTVWXYZ0";
    about.command = {"train"};
    TraceHeader header{"0.1.0", "2026-01-31T12:34:56Z", at(0), 100.0 * millisecond, {}};
    header.sources = {{"rapl", {package}}};
    header.about = about_text(about);
    TraceWriter writer(real_files(), file, header);
    writer.append(TraceCommand{TraceCommand::Edge::begin, at(0.05)});
    for (std::uint64_t i = 0; i <= 100; ++i) {
      const std::uint64_t counted_before = i < 50 ? 75'000'000'000 : 0;
      writer.append(
          TracePoll{0, at(0.1 * static_cast<double>(i)), {counted_before + i * 2'000'000}});
    }
    writer.append(TraceCommand{TraceCommand::Edge::end, at(9.95), 0});
  }

  TempDirectory directory;
  std::filesystem::path file = directory.path() / "run.trace";
  ReportOrigin origin{"run.trace", "isojoule report run.trace", "isojoule 0.1.0"};
};

TEST_F(MeasurementReport, TheFigureDrawsNothingThatTheRecordCallsMissing) {
  const Document document = trace_report(file, origin);
  const Figure& figure = find_figure(document, "power");
  std::vector<double> watts;
  for (const auto& power : figure.data->column("power_w").numbers())
    if (power) watts.push_back(*power);
  EXPECT_EQ(watts.size(), 99u);
  EXPECT_THAT(watts, Each(Le(20.0 * (1 + 1e-6)))) << "it was once 0.7 MW at 5 s";
  EXPECT_THAT(figure.caption, HasSubstr("rapl:package-0 at 4.95 s (the counter was reset)"));
  const Record record = record_of_trace(file);
  EXPECT_FALSE(record.whole.channels.at(0).energy);
  EXPECT_THAT(record.whole.channels[0].reason, HasSubstr("reset"));
}

TEST_F(MeasurementReport, ARecordWithItsTraceShowsThatOfTheTrace) {
  Record record = record_of_trace(file);
  record.trace = file;
  EXPECT_EQ(find_figure(record_report(record, origin), "power").caption,
            find_figure(trace_report(file, origin), "power").caption);
}

TEST_F(MeasurementReport, ARecordWithoutItsTraceSaysSo) {
  Record record = record_of_trace(file);
  for (const std::string& gone : {std::string(), (directory.path() / "gone").string()}) {
    record.trace = gone;
    const Document document = record_report(record, origin);
    EXPECT_THROW(find_figure(document, "power"), Error);
    EXPECT_THAT(std::get<std::string>(document.sections.at(0).blocks.at(0)),
                HasSubstr("were not kept"));
  }
}

TEST_F(MeasurementReport, ADamagedTraceIsAnError) {
  Record record = record_of_trace(file);
  record.trace = directory.path() / "other";
  std::filesystem::copy_file(file, record.trace);
  std::filesystem::resize_file(record.trace, 10);
  EXPECT_THROW(record_report(record, origin), Error);
}

}  // namespace
}  // namespace isojoule
