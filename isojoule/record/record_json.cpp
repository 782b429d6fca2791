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
constexpr std::array kOwners{std::pair{NodeOwner::Who::this_process, "this process"},
                             std::pair{NodeOwner::Who::another, "another"},
                             std::pair{NodeOwner::Who::unknown, "unknown"}};
constexpr std::array kStates{std::pair{State::complete, "complete"},
                             std::pair{State::incomplete, "incomplete"},
                             std::pair{State::cut_off, "cut_off"}};

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
  Json json{
      {"state", name_of(kStates, outcome.state)},
      {"exit_code", outcome.state == State::cut_off ? Json(nullptr) : Json(outcome.exit_code)},
      {"signal", or_null(outcome.signal)}};
  if (outcome.interrupted) json["interrupted"] = true;
  return json;
}

Json piece_to_json(const WindowPiece& piece) {
  return Json{{"begin_s", piece.begin.in(second)}, {"elapsed_s", piece.elapsed.in(second)}};
}

WindowPiece piece_from_json(const Json& json) {
  return {required<double>(json, "begin_s") * second, required<double>(json, "elapsed_s") * second};
}

Json window_to_json(const Window& window) {
  Json json{{"name", window.name},
            {"begin_s", window.begin.in(second)},
            {"measurement", measurement_to_json(window.measurement)},
            {"attributes", window.attributes}};
  if (!window.doubt.empty()) json["doubt"] = window.doubt;
  if (!window.pieces.empty()) json["pieces"] = json_array(window.pieces, piece_to_json);
  return json;
}

Window window_from_json(const Json& json) {
  Window window;
  window.name = required<std::string>(json, "name");
  window.begin = required<double>(json, "begin_s") * second;
  window.measurement = required_member(json, "measurement", measurement_from_json);
  window.attributes = required<std::map<std::string, std::string>>(json, "attributes");
  window.doubt = maybe<std::string>(json, "doubt").value_or("");
  if (json.contains("pieces")) window.pieces = required_array(json, "pieces", piece_from_json);
  return window;
}

Json steady_to_json(const SteadyState& steady) {
  return Json{{"component", steady.component},
              {"channel", steady.channel},
              {"from_s", steady.from ? Json(steady.from->in(second)) : Json(nullptr)}};
}

SteadyState steady_from_json(const Json& json) {
  SteadyState steady;
  steady.component = required<std::string>(json, "component");
  steady.channel = required<std::string>(json, "channel");
  if (const auto from = maybe<double>(json, "from_s")) steady.from = *from * second;
  return steady;
}

Json job_to_json(const JobPlace& place) {
  return Json{{"job", place.job.empty() ? Json(nullptr) : Json(place.job)},
              {"rank", or_null(place.rank)},
              {"ranks", or_null(place.ranks)},
              {"local_rank", or_null(place.local_rank)},
              {"node", place.node}};
}

JobPlace job_from_json(const Json& json) {
  return {maybe<std::string>(json, "job").value_or(""), maybe<int>(json, "rank"),
          maybe<int>(json, "ranks"), maybe<int>(json, "local_rank"),
          required<std::string>(json, "node")};
}

Json owner_to_json(const NodeOwner& owner) {
  return Json{{"who", name_of(kOwners, owner.who)}, {"text", owner.text}};
}

NodeOwner owner_from_json(const Json& json) {
  return {required_name(json, "who", kOwners), required<std::string>(json, "text")};
}

Json repeat_to_json(const Repeat& repeat) {
  return Json{{"group", repeat.group}, {"index", repeat.index}, {"count", repeat.count}};
}

Repeat repeat_from_json(const Json& json) {
  return {required<std::string>(json, "group"), required<int>(json, "index"),
          required<int>(json, "count")};
}

Json unmeasured_to_json(const Unmeasured& unmeasured) {
  return Json{{"what", unmeasured.what},
              {"reason", unmeasured.reason},
              {"remedy", unmeasured.remedy.empty() ? Json(nullptr) : Json(unmeasured.remedy)}};
}

Unmeasured unmeasured_from_json(const Json& json) {
  return {required<std::string>(json, "what"), required<std::string>(json, "reason"),
          maybe<std::string>(json, "remedy").value_or("")};
}

/// What only some records have; left out of the others.
void add_optional_members(Json& json, const Record& record) {
  if (record.samples) json["samples"] = *record.samples;
  if (record.idle_before) json["idle_before"] = measurement_to_json(*record.idle_before);
  if (record.idle_after) json["idle_after"] = measurement_to_json(*record.idle_after);
  if (!record.steady.empty()) json["steady"] = json_array(record.steady, steady_to_json);
  if (record.job) json["job"] = job_to_json(*record.job);
  if (record.node_owner) json["node_owner"] = owner_to_json(*record.node_owner);
  if (record.repeat) json["repeat"] = repeat_to_json(*record.repeat);
  if (!record.unmeasured.empty())
    json["not_measured"] = json_array(record.unmeasured, unmeasured_to_json);
}

void read_optional_members(const Json& json, Record& record) {
  record.samples = maybe<std::uint64_t>(json, "samples");
  record.idle_before = maybe_member(json, "idle_before", measurement_from_json);
  record.idle_after = maybe_member(json, "idle_after", measurement_from_json);
  if (json.contains("steady")) record.steady = required_array(json, "steady", steady_from_json);
  record.job = maybe_member(json, "job", job_from_json);
  record.node_owner = maybe_member(json, "node_owner", owner_from_json);
  record.repeat = maybe_member(json, "repeat", repeat_from_json);
  if (json.contains("not_measured"))
    record.unmeasured = required_array(json, "not_measured", unmeasured_from_json);
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
  const auto energy = energy_per_step(record, std::nullopt);
  json["per_step"] = nullptr;
  if (!energy) {
    json["why_no_per_step"] = energy.refused;
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
  if (json.contains("sums")) record.sums = required_array(json, "sums", window_from_json);
  record.faults = required_array(json, "faults", fault_from_json);
  record.context = required<std::map<std::string, std::string>>(json, "context");
  record.trace = maybe<std::string>(json, "trace").value_or("");
  read_optional_members(json, record);
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
  if (!record.sums.empty()) json["sums"] = json_array(record.sums, window_to_json);
  add_optional_members(json, record);
  add_per_step(json, record);
  return with_valid_utf8(json);
}

CommandOutcome outcome_from_json(const Json& json) {
  const State state = required_name(json, "state", kStates);
  return {state, state == State::cut_off ? 0 : required<int>(json, "exit_code"),
          maybe<int>(json, "signal"), maybe<bool>(json, "interrupted").value_or(false)};
}

Record record_from_json(const Json& json, const std::string& where) {
  require_schema(json, kRecordSchema, kRecordVersion, where);
  return read_within(where, [&json] { return read_record(json); });
}

}  // namespace isojoule
