#include "isojoule/app/measure.hpp"

#include "isojoule/app/live_sensors.hpp"
#include "isojoule/record/record_json.hpp"
#include "isojoule/report/repeat_tables.hpp"
#include "isojoule/workload/workload.hpp"

namespace isojoule {
namespace {

void keep(Store& store, const Record& record, const MeasureEvents& events) {
  try {
    store.add(record);
  } catch (const Error& error) {
    if (events.not_kept) events.not_kept(record, not_kept_text(record, error));
  }
}

}  // namespace

Cost stated_cost(double flops_per_sample, std::uint64_t parameters) {
  if (!(flops_per_sample > 0.0) || parameters == 0)
    throw Error(ErrorCode::usage,
                "a cost is both the FLOPs of a sample and the parameters, and more than 0");
  return {"stated", flops_per_sample * flop, std::nullopt, parameters};
}

void set_reference_workload(MeasureOptions& options, const std::string& id) {
  const Workload& workload = find_reference_workload(id);
  options.workload = workload.id;
  options.cost = workload.cost;
}

void check_measurement(const MeasureOptions& options, const RepeatPlan& plan) {
  if (plan.count < 1 || plan.warmups < 0)
    throw Error(ErrorCode::usage, "--repeat must be 1 or more, --warmup 0 or more");
  check_sampling_period("--period", options.period);
}

MeasuredRuns measure_and_keep(const World& world, Store& store,
                              const std::vector<std::string>& command,
                              const MeasureOptions& options, const RepeatPlan& plan,
                              const MeasureEvents& events) {
  check_measurement(options, plan);
  MeasureOptions measured = options;
  measured.trace_directory = store.folders().traces;
  RepeatEvents repeats{events.warmup, events.begin, {}};
  // Kept before anything is said: what cannot be said must not cost the record.
  repeats.measured = [&store, &events](const Record& record) {
    keep(store, record, events);
    if (events.measured) events.measured(record);
  };
  auto [records, interrupted] = measure_repeatedly(world, command, measured, plan, repeats);
  const bool ended_between = interrupted && !records.back().outcome.interrupted;
  return {std::move(records), ended_between};
}

std::string not_kept_text(const Record& record, const Error& error) {
  return error.what() +
         (record.trace.empty() ? std::string() : "; the readings are kept in " + record.trace);
}

std::optional<Table> repeats_summary(const std::vector<Record>& records) {
  if (records.size() < 2) return std::nullopt;
  return repeats_table(records);
}

Json runs_to_json(const std::vector<Record>& records) {
  return records.size() == 1 ? record_to_json(records.front())
                             : json_array(records, record_to_json);
}

}  // namespace isojoule
