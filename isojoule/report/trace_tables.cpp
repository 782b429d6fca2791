#include "isojoule/report/trace_tables.hpp"

#include <optional>

#include <fmt/format.h>

#include "isojoule/page/csv.hpp"
#include "isojoule/page/quantity_text.hpp"
#include "isojoule/trace/trace_reader.hpp"

namespace isojoule {
namespace {

using Align = Column::Align;

struct ChannelTally {
  const Channel* channel;
  std::size_t readings = 0;
  std::size_t failed = 0;
  std::optional<Instant> first;
  std::optional<Instant> last;
};

std::string unit_text(const Channel& channel) {
  if (channel.is_counter()) return "energy counter";
  if (channel.is_power()) return "power";
  const auto& gauge = std::get<Gauge>(channel.unit);
  return gauge.flags.empty() ? "state (" + gauge.unit + ")" : "state (flags)";
}

/// What the channels read, and a line for each other event.
struct Tally {
  explicit Tally(const TraceHeader& header) : epoch(header.epoch) {
    for (const TraceSource& source : header.sources) {
      auto& channels = sources.emplace_back();
      for (const Channel& channel : source.channels) channels.push_back({&channel, 0, 0, {}, {}});
    }
  }

  void note(Instant time, const std::string& what, const std::string& text) {
    last = std::max(last.value_or(time), time);
    if (++events > kMaxListedEvents) return;
    rows.push_back({fmt::format("{:.6f}", (time - epoch).in(second)), what, text});
  }

  void operator()(const TracePoll& poll) {
    last = std::max(last.value_or(poll.time), poll.time);
    for (std::size_t i = 0; i < poll.samples.size(); ++i) {
      ChannelTally& tally = sources[poll.source][i];
      if (!poll.samples[i]) {
        ++tally.failed;
        continue;
      }
      ++tally.readings;
      if (!tally.first) tally.first = poll.time;
      tally.last = poll.time;
    }
  }
  void operator()(const Mark& mark) {
    std::string text = std::string(to_string(mark.edge)) + " " + mark.name;
    for (const auto& [key, value] : mark.attributes) text += " " + key + "=" + value;
    note(mark.time, "mark", text);
  }
  void operator()(const Fault& fault) {
    note(fault.time, "fault", fault.source + ": " + fault.message);
  }
  void operator()(const TraceClocks& clocks) {
    note(clocks.monotonic, "clocks",
         fmt::format("{:.6f} s suspended since the machine was started",
                     (clocks.boot - clocks.monotonic).in(second)));
  }
  void operator()(const TraceCommand& command) {
    std::string text = command.edge == TraceCommand::Edge::begin ? "begin" : "end";
    if (command.exit_code) text += fmt::format(", exit code {}", *command.exit_code);
    note(command.time, "command", text);
  }
  void operator()(const TraceRest& rest) {
    note(rest.time, "rest", rest.edge == TraceRest::Edge::begin ? "begin" : "end");
  }

  Instant epoch;
  std::optional<Instant> last;
  std::vector<std::vector<ChannelTally>> sources;
  std::vector<std::vector<std::string>> rows;
  std::size_t events = 0;
};

Table channels_table(const TraceReader& reader, const Tally& tally) {
  const TraceHeader& header = reader.header();
  Table table;
  table.title = fmt::format("trace of isojoule {}, {}, a reading every {}, {} long", header.version,
                            header.created, to_text(header.period),
                            to_text(tally.last ? *tally.last - tally.epoch : Duration{}));
  table.columns = {{"channel"},
                   {"what it is"},
                   {"readings", Align::right},
                   {"failed", Align::right},
                   {"mean period", Align::right}};
  for (const auto& source : tally.sources) {
    for (const ChannelTally& channel : source) {
      std::string period = "-";
      if (channel.readings > 1)
        period =
            to_text((*channel.last - *channel.first) / static_cast<double>(channel.readings - 1));
      table.rows.push_back({channel.channel->id, unit_text(*channel.channel),
                            grouped(channel.readings), grouped(channel.failed), period});
    }
  }
  if (header.imported)
    table.notes.push_back(
        fmt::format("Imported from the {} log {}.", header.imported->from, header.imported->file));
  if (reader.passed_over() > 0)
    table.notes.push_back(
        fmt::format("{} events of a newer isojoule were passed over.", reader.passed_over()));
  if (reader.truncated())
    table.notes.emplace_back(
        "The file ends within an event: it is still being written, or its writer was killed.");
  return table;
}

Table events_table(const Tally& tally) {
  Table table;
  table.title = "Events";
  table.columns = {{"time (s)", Align::right}, {"event"}, {"what"}};
  table.rows = tally.rows;
  if (tally.events > tally.rows.size())
    table.notes.push_back(fmt::format("{} more.", tally.events - tally.rows.size()));
  return table;
}

}  // namespace

std::vector<Table> trace_tables(const std::filesystem::path& file) {
  TraceReader reader(file);
  Tally tally(reader.header());
  while (const auto event = reader.next()) std::visit(tally, *event);
  return {channels_table(reader, tally), events_table(tally)};
}

void write_trace_csv(const std::filesystem::path& file, std::ostream& out) {
  TraceReader reader(file);
  out << csv_line({"time_s", "channel", "counts", "value", "unit"});
  while (const auto event = reader.next()) {
    const auto* poll = std::get_if<TracePoll>(&*event);
    if (poll == nullptr) continue;
    const std::string time = fmt::format("{:.6f}", (poll->time - reader.header().epoch).in(second));
    for (std::size_t i = 0; i < poll->samples.size(); ++i) {
      const Channel& channel = reader.header().sources[poll->source].channels[i];
      std::vector<std::string> fields{time, csv_field(channel.id), "", "", ""};
      if (poll->samples[i]) {
        const auto [value, unit] = reading_value(channel, *poll->samples[i]);
        fields[2] = std::to_string(*poll->samples[i]);
        fields[3] = csv_field(std::optional(value));
        fields[4] = unit;
      }
      out << csv_line(fields);
    }
  }
}

}  // namespace isojoule
