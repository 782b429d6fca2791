#include "isojoule/record/record_json.hpp"

#include <array>
#include <utility>

#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

using State = CommandOutcome::State;

constexpr std::array kFaultKinds{std::pair{FaultKind::retry, "retry"},
                                 std::pair{FaultKind::ended, "ended"},
                                 std::pair{FaultKind::fatal, "fatal"}};
constexpr std::array kStates{std::pair{State::complete, "complete"},
                             std::pair{State::incomplete, "incomplete"}};

template <class Names, class T>
Json name_of(const Names& names, T value) {
  for (const auto& [candidate, name] : names) {
    if (candidate == value) return name;
  }
  return nullptr;
}

template <class Names>
auto required_name(const Json& json, const char* key, const Names& names) {
  const auto text = required<std::string>(json, key);
  for (const auto& [value, name] : names) {
    if (text == name) return value;
  }
  throw_bad_member(key, "has the unknown value '" + text + "'");
}

Json outcome_to_json(const CommandOutcome& outcome) {
  return Json{{"state", name_of(kStates, outcome.state)},
              {"exit_code", outcome.exit_code},
              {"signal", or_null(outcome.signal)}};
}

CommandOutcome outcome_from_json(const Json& json) {
  return CommandOutcome{required_name(json, "state", kStates), required<int>(json, "exit_code"),
                        maybe<int>(json, "signal")};
}

Json window_to_json(const Window& window) {
  Json json{{"name", window.name},
            {"begin_s", window.begin.in(second)},
            {"measurement", measurement_to_json(window.measurement)},
            {"attributes", window.attributes}};
  if (!window.doubt.empty()) json["doubt"] = window.doubt;
  return json;
}

Window window_from_json(const Json& json) {
  Window window;
  window.name = required<std::string>(json, "name");
  window.begin = required<double>(json, "begin_s") * second;
  window.measurement = required_member(json, "measurement", measurement_from_json);
  window.attributes = required<std::map<std::string, std::string>>(json, "attributes");
  window.doubt = maybe<std::string>(json, "doubt").value_or("");
  return window;
}

Json fault_to_json(const Fault& fault) {
  return Json{{"kind", name_of(kFaultKinds, fault.kind)},
              {"monotonic_us", fault.time.microseconds()},
              {"source", fault.source},
              {"message", fault.message}};
}

Fault fault_from_json(const Json& json) {
  return Fault{required_name(json, "kind", kFaultKinds),
               Instant::from_microseconds(required<std::int64_t>(json, "monotonic_us")),
               required<std::string>(json, "source"), required<std::string>(json, "message")};
}

/// What follows from the record, for those who read it by other means; never read back.
void add_per_step(Json& json, const Record& record) {
  std::string why_not;
  const auto energy = energy_per_step(record, std::nullopt, why_not);
  json["per_step"] = nullptr;
  if (!energy) {
    json["why_no_per_step"] = why_not;
    return;
  }
  json["per_step"] = Json{{"basis", basis_to_json(energy->basis)}};
  json["per_step"].update(step_energy_to_json(*energy));
}

Record read_record(const Json& json) {
  Record record;
  record.id = required<std::string>(json, "id");
  if (record.id.empty()) throw_bad_member("id", "is empty");
  record.created = required<std::string>(json, "created");
  record.version = required<std::string>(json, "isojoule");
  record.workload = WorkloadId(required<std::string>(json, "workload"));
  record.command = required<std::vector<std::string>>(json, "command");
  record.outcome = required_member(json, "outcome", outcome_from_json);
  record.host = required_member(json, "host", host_from_json);
  record.cost = maybe_member(json, "cost", cost_from_json);
  record.whole = required_member(json, "whole", measurement_from_json);
  record.windows = required_array(json, "windows", window_from_json);
  record.faults = required_array(json, "faults", fault_from_json);
  record.context = required<std::map<std::string, std::string>>(json, "context");
  record.trace = maybe<std::string>(json, "trace").value_or("");
  return record;
}

}  // namespace

Json step_energy_to_json(const StepEnergy& energy) {
  return Json{{"steps", energy.steps},
              {"energy_per_step_j", energy.per_step.in(joule)},
              {"sd_per_step_j", energy.sd ? Json(energy.sd->in(joule)) : Json(nullptr)},
              {"duration_per_step_s", energy.duration_per_step.in(second)}};
}

Json record_to_json(const Record& record) {
  Json json{{"schema", schema_text(kRecordSchema, kRecordVersion)},
            {"id", record.id},
            {"created", record.created},
            {"isojoule", record.version},
            {"workload", record.workload.name()},
            {"command", record.command},
            {"outcome", outcome_to_json(record.outcome)},
            {"host", host_to_json(record.host)},
            {"cost", record.cost ? cost_to_json(*record.cost) : Json(nullptr)},
            {"whole", measurement_to_json(record.whole)},
            {"windows", json_array(record.windows, window_to_json)},
            {"faults", json_array(record.faults, fault_to_json)},
            {"context", record.context},
            {"trace", record.trace.empty() ? Json(nullptr) : Json(record.trace)}};
  add_per_step(json, record);
  return with_valid_utf8(std::move(json));
}

Record record_from_json(const Json& json, const std::string& where) {
  require_schema(json, kRecordSchema, kRecordVersion, where);
  return read_within(where, [&json] { return read_record(json); });
}

}  // namespace isojoule
