#include "isojoule/run/record_of_trace.hpp"

#include <map>
#include <utility>

#include "isojoule/core/error.hpp"
#include "isojoule/energy/measure_trace.hpp"
#include "isojoule/record/record_json.hpp"
#include "isojoule/trace/trace_reader.hpp"

namespace isojoule {
namespace {

std::vector<Window> windows_of(std::vector<NamedMeasurement> measured, Instant begin) {
  std::vector<Window> windows;
  for (NamedMeasurement& named : measured) {
    Window window{named.name, named.begin - begin, std::move(named.measurement),
                  std::move(named.attributes), std::move(named.doubt)};
    if (named.pieces.size() > 1)
      for (const Span& piece : named.pieces)
        window.pieces.push_back({piece.begin - begin, piece.end - piece.begin});
    windows.push_back(std::move(window));
  }
  return windows;
}

void fill(Record& record, TraceMeasurement measured, const std::filesystem::path& trace) {
  record.trace = trace.string();
  record.whole = std::move(measured.whole);
  record.idle_before = std::move(measured.idle_before);
  record.idle_after = std::move(measured.idle_after);
  record.steady = std::move(measured.steady);
  record.faults = std::move(measured.faults);
  std::vector<Channel> channels;
  for (const ChannelEnergy& channel : record.whole.channels) channels.push_back(channel.channel);
  record.host.gpus = gpu_names(channels);
  record.windows = windows_of(std::move(measured.windows), measured.begin);
  record.sums = windows_of(std::move(measured.sums), measured.begin);
}

CommandOutcome outcome_of(const TraceMeasurement& measured) {
  using State = CommandOutcome::State;
  if (!measured.exit_code) return {State::cut_off, 0, std::nullopt};
  return {*measured.exit_code == 0 ? State::complete : State::incomplete, *measured.exit_code,
          measured.signal};
}

}  // namespace

std::vector<std::string> gpu_names(std::span<const Channel> channels) {
  std::map<std::string, std::string> by_component;
  for (const Channel& channel : channels) {
    if (channel.scope == Scope::gpu && !channel.is_gauge())
      by_component[channel.component] = channel.label;
  }
  std::vector<std::string> names;
  for (const auto& [component, name] : by_component) names.push_back(name);
  return names;
}

std::string about_text(const Record& record) {
  Json json = record_to_json(record);
  // What follows from the trace itself would only be in its way.
  for (const char* key : {"whole", "windows", "faults", "trace", "per_step", "why_no_per_step"})
    json.erase(key);
  return json.dump();
}

void fill_from_trace(Record& record, const std::filesystem::path& trace, Files& files,
                     const TraceCommand& end) {
  fill(record, measure_trace(trace, files, end), trace);
}

void remove_trace(Files& files, const Record& record) {
  if (!record.trace.empty()) files.remove(record.trace);
}

Record record_of_trace(const std::filesystem::path& trace, Files& files) {
  const std::string about = TraceReader(trace, files).header().about;
  const std::string where = "what the trace " + trace.string() + " is of";
  if (about.empty())
    throw Error(ErrorCode::bad_input, "the trace " + trace.string() +
                                          " does not say what it is of; isojoule measure --replay "
                                          "can play it for a command");
  Json json = parse_json(about, where);
  json["whole"] = measurement_to_json(Measurement{});
  json["windows"] = Json::array();
  json["faults"] = Json::array();
  Record record = record_from_json(json, where);
  TraceMeasurement measured = measure_trace(trace, files);
  record.outcome = outcome_of(measured);
  const Instant end = measured.begin + measured.whole.elapsed;
  fill(record, std::move(measured), trace);
  if (record.outcome.state == CommandOutcome::State::cut_off)
    record.faults.push_back({FaultKind::fatal, end, "trace",
                             "the recording broke off before the command's end was seen"});
  return record;
}

}  // namespace isojoule
