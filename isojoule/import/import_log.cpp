#include "isojoule/import/import_log.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/core/file_stream.hpp"
#include "isojoule/core/mark.hpp"
#include "isojoule/import/detail/log_faults.hpp"
#include "isojoule/import/log_format.hpp"
#include "isojoule/trace/trace_writer.hpp"

namespace isojoule {
namespace {

// A header stands among the first lines.
constexpr std::size_t kFirstLines = 20;
// The usual time between two rows is taken from so many.
constexpr std::size_t kMostIntervals = 4096;
// Devices that start or end this many periods apart are read together.
constexpr double kTogether = 3.0;

constexpr Power kLoggedUnit = 1e-6 * watt;

std::unique_ptr<InputStream> open_log(Files& files, const std::filesystem::path& log) {
  auto in = std::make_unique<InputStream>(files, log);
  if (in->error())
    throw Error(ErrorCode::io, "cannot read " + log.string() + ": " + reason_of(in->error()));
  return in;
}

const LogFormat& format_of(Files& files, const std::filesystem::path& log) {
  const auto in = open_log(files, log);
  LogLines lines(*in, log.string());
  std::vector<std::string> first;
  while (first.size() < kFirstLines) {
    const auto line = lines.next();
    if (!line) break;
    first.emplace_back(*line);
  }
  return recognise_log(first, log.string());
}

/// A device of the log, and what it has values of.
struct Found {
  LogDevice device;
  std::vector<bool> has;  ///< of each column
  std::int64_t first_us = 0;
  std::int64_t last_us = 0;
};

/// The first reading of a log: its devices, their columns, and how often they were read.
class Survey final : public LogSink {
 public:
  void columns(std::vector<LogColumn> columns) override { columns_ = std::move(columns); }

  void row(const LogRow& row) override {
    if (!begin_us_) begin_us_ = row.time_us;
    auto found = std::ranges::find(found_, row.device.key,
                                   [](const Found& device) { return device.device.key; });
    if (found == found_.end()) {
      found_.push_back({row.device, std::vector<bool>(columns_.size()), row.time_us, row.time_us});
      found = std::prev(found_.end());
    }
    const std::int64_t interval = row.time_us - found->last_us;
    if (interval > 0 && intervals_us_.size() < kMostIntervals) intervals_us_.push_back(interval);
    found->last_us = std::max(found->last_us, row.time_us);
    for (std::size_t i = 0; i < columns_.size(); ++i)
      if (row.values[i]) found->has[i] = true;
  }

  void fault(std::size_t line, const std::string& what) override { faults_.add(line, what); }

  const std::vector<LogColumn>& all_columns() const { return columns_; }
  const std::vector<Found>& found() const { return found_; }
  const detail::LogFaults& faults() const { return faults_; }
  std::int64_t begin_us() const { return begin_us_.value_or(0); }

  /// The middle one of the times between two rows of a device; a second where there is none.
  Duration period() const {
    if (intervals_us_.empty()) return second;
    std::vector<std::int64_t> sorted = intervals_us_;
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::ranges::nth_element(sorted, middle);
    return static_cast<double>(*middle) * microsecond;
  }

 private:
  std::vector<LogColumn> columns_;
  std::vector<Found> found_;
  std::vector<std::int64_t> intervals_us_;
  std::optional<std::int64_t> begin_us_;
  detail::LogFaults faults_;
};

/// Where the values of a device go.
struct Source {
  std::string key;
  std::vector<std::size_t> columns;  ///< of each channel
  std::vector<double> per_count;     ///< watts, or units of the gauge, of each channel
  std::optional<std::int64_t> last_us = {};
};

/// The second reading: rows become polls.
class PollWriter final : public LogSink {
 public:
  PollWriter(TraceWriter& writer, std::vector<Source> sources, std::int64_t begin_us,
             detail::LogFaults& faults)
      : writer_(writer), sources_(std::move(sources)), begin_us_(begin_us), faults_(faults) {}

  void columns(std::vector<LogColumn>) override {}

  void row(const LogRow& row) override {
    const auto source = std::ranges::find(sources_, row.device.key, &Source::key);
    if (source == sources_.end()) return;  // a device without power, which is a fault already
    if (source->last_us && row.time_us <= *source->last_us) {
      faults_.add(row.line, row.time_us == *source->last_us
                                ? "has the time of the row before; the row was left out"
                                : "is from before the row before it; the row was left out");
      return;
    }
    source->last_us = row.time_us;
    TracePoll poll{static_cast<std::size_t>(source - sources_.begin()),
                   Instant::from_microseconds(row.time_us - begin_us_),
                   {}};
    for (std::size_t i = 0; i < source->columns.size(); ++i) {
      const auto& value = row.values[source->columns[i]];
      poll.samples.push_back(
          value ? Sample(static_cast<std::uint64_t>(std::llround(*value / source->per_count[i])))
                : Sample());
    }
    writer_.append(poll);
  }

  void fault(std::size_t, const std::string&) override {}  // the survey has it

 private:
  TraceWriter& writer_;
  std::vector<Source> sources_;
  std::int64_t begin_us_;
  detail::LogFaults& faults_;
};

std::string name_of(const LogDevice& device) {
  return device.key.empty() ? "the log" : "board " + device.key;
}

/// The header's sources and what fills them. Columns and devices that give nothing are faults.
std::vector<Source> make_sources(const LogFormat& format, const Survey& survey,
                                 const std::string& board, TraceHeader& header,
                                 detail::LogFaults& faults) {
  std::vector<Source> sources;
  for (const Found& found : survey.found()) {
    Source source{found.device.key, {}, {}};
    TraceSource channels{std::string(format.name), {}};
    LogDevice device = found.device;
    if (device.name.empty()) device.name = board;
    bool has_power = false;
    for (std::size_t i = 0; i < survey.all_columns().size(); ++i) {
      const LogColumn& column = survey.all_columns()[i];
      if (!found.has[i]) {
        faults.add(fmt::format("{} has no value of {}", name_of(device), column.title));
        continue;
      }
      Channel channel = format.channel(device, column);
      const auto* const gauge = std::get_if<Gauge>(&column.what);
      if (gauge != nullptr) {
        channel.unit = *gauge;
      } else {
        channel.unit = kLoggedUnit;
        has_power = true;
      }
      source.columns.push_back(i);
      source.per_count.push_back(gauge != nullptr ? gauge->per_count : kLoggedUnit.in(watt));
      channels.channels.push_back(std::move(channel));
    }
    if (!has_power) continue;
    sources.push_back(std::move(source));
    header.sources.push_back(std::move(channels));
  }
  return sources;
}

/// From when to when all devices were read, of those that were read together.
std::pair<Instant, Instant> common_span(const Survey& survey, Duration period) {
  const auto together = std::llround(std::max(kTogether * period, second).in(microsecond));
  std::int64_t begin = survey.found().front().first_us;
  std::int64_t end = survey.found().front().last_us;
  for (const Found& found : survey.found()) {
    begin = std::min(begin, found.first_us);
    end = std::max(end, found.last_us);
  }
  const std::int64_t earliest = begin;
  const std::int64_t latest = end;
  for (const Found& found : survey.found()) {
    if (found.first_us <= earliest + together) begin = std::max(begin, found.first_us);
    if (found.last_us >= latest - together) end = std::min(end, found.last_us);
  }
  return {Instant::from_microseconds(begin - survey.begin_us()),
          Instant::from_microseconds(std::max(begin, end) - survey.begin_us())};
}

[[noreturn]] void refuse(const std::filesystem::path& log, const detail::LogFaults& faults) {
  std::string message = log.string() + ": has no reading of power";
  for (const std::string& text : faults.texts()) message += "; " + text;
  throw Error(ErrorCode::bad_input, message);
}

void write_windows(TraceWriter& writer, const std::vector<LogWindow>& windows) {
  for (const LogWindow& window : windows) {
    writer.append(Mark{Mark::Edge::begin, window.name, Instant{} + window.from, {}});
    writer.append(Mark{Mark::Edge::end, window.name, Instant{} + window.to, {}});
  }
}

}  // namespace

std::vector<KnownLog> known_logs() {
  std::vector<KnownLog> known;
  for (const LogFormat& format : log_formats())
    known.push_back({std::string(format.name), std::string(format.summary)});
  return known;
}

std::string log_format_of(Files& files, const std::filesystem::path& log) {
  return std::string(format_of(files, log).name);
}

std::string import_log(Files& files, const std::filesystem::path& log,
                       const std::filesystem::path& trace, const ImportOptions& options) {
  for (const LogWindow& window : options.windows)
    format_mark({Mark::Edge::begin, window.name, Instant{}, {}});  // throws for a wrong name
  const LogFormat& format = format_of(files, log);
  Survey survey;
  {
    const auto in = open_log(files, log);
    LogLines lines(*in, log.string());
    format.read(lines, survey);
  }
  detail::LogFaults faults = survey.faults();
  TraceHeader header{options.version, options.created, Instant{}, survey.period(), {},
                     options.about};
  header.imported = TraceImport{std::string(format.name), log.filename().string()};
  std::vector<Source> sources = make_sources(format, survey, options.board, header, faults);
  if (sources.empty()) refuse(log, faults);

  TraceWriter writer(files, trace, header);
  const auto [begin, end] = common_span(survey, header.period);
  writer.append(TraceCommand{TraceCommand::Edge::begin, begin});
  write_windows(writer, options.windows);
  PollWriter polls(writer, std::move(sources), survey.begin_us(), faults);
  const auto in = open_log(files, log);
  LogLines lines(*in, log.string());
  format.read(lines, polls);
  writer.append(TraceCommand{TraceCommand::Edge::end, end, 0});
  for (const std::string& text : faults.texts())
    writer.append(Fault{FaultKind::retry, end, std::string(format.name) + " log", text});
  if (const std::string failure = writer.failure(); !failure.empty()) {
    files.remove(trace);
    throw Error(ErrorCode::io, failure);
  }
  return std::string(format.name);
}

}  // namespace isojoule
