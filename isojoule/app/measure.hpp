// A command that is measured, and its records kept.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "isojoule/core/cost.hpp"
#include "isojoule/core/error.hpp"
#include "isojoule/core/json.hpp"
#include "isojoule/core/world.hpp"
#include "isojoule/page/table.hpp"
#include "isojoule/record/record.hpp"
#include "isojoule/record/store.hpp"
#include "isojoule/run/repeat.hpp"

namespace isojoule {

/// A cost as its user states it, by the convention "stated": FLOPs of one forward pass over one
/// sample, and trainable parameters. Throws Error(usage) unless both are positive.
Cost stated_cost(double flops_per_sample, std::uint64_t parameters);

/// The command trains this reference workload: its id and its cost. Throws as
/// find_reference_workload does.
void set_reference_workload(MeasureOptions& options, const std::string& id);

/// Throws Error(usage) for a period that check_sampling_period refuses, for less than one run and
/// for a negative number of warm-ups.
void check_measurement(const MeasureOptions& options, const RepeatPlan& plan);

/// All members may be empty.
struct MeasureEvents {
  std::function<void(int index, int count)> warmup;  ///< before it, from 1
  std::function<void(int index, int count)> begin;   ///< before a run that counts, from 1
  std::function<void(const Record&)> measured;       ///< after it was kept, or could not be
  /// A record that the store did not take; the sentence says why, and where its readings are.
  std::function<void(const Record&, const std::string&)> not_kept;
};

struct MeasuredRuns {
  std::vector<Record> records;  ///< in their order, also those that failed; at least one
  bool ended_between = false;   ///< somebody asked for the end between two runs, so that no record
                                ///< is CommandOutcome::interrupted
};

/// Measures a command as measure_repeatedly does, with the traces in the store's folder, and keeps
/// the record of each run before it is reported. A store that fails costs no run: see not_kept.
/// Throws as check_measurement and measure_command do.
///
///     MeasureOptions options;
///     options.workload = WorkloadId("mine");
///     const auto store = open_store("measured.sqlite");
///     measure_and_keep(real_world(), *store, {"python3", "train.py"}, options, {}, {});
MeasuredRuns measure_and_keep(const World& world, Store& store,
                              const std::vector<std::string>& command,
                              const MeasureOptions& options, const RepeatPlan& plan,
                              const MeasureEvents& events);

/// Why a record could not be kept, and where its readings are: "disk full; the readings are kept in
/// /home/me/traces/01J....trace".
std::string not_kept_text(const Record& record, const Error& error);

/// How the runs of one command agree, as repeats_table; empty of a single run.
std::optional<Table> repeats_summary(const std::vector<Record>& records);

/// The record as record_to_json, or an array of several.
Json runs_to_json(const std::vector<Record>& records);

}  // namespace isojoule
