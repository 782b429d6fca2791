#include "isojoule/app/observation_records.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/core/error.hpp"
#include "isojoule/table/cell.hpp"

namespace isojoule {
namespace {

/// Empty if the bases agree, else every difference.
std::string why_other_basis(const Basis& first, const Basis& basis) {
  std::string text;
  for (const BasisDifference& difference : differences(first, basis))
    text += (text.empty() ? "does not compare with the first: " : ", ") + difference.text;
  return text;
}

void require_positive(long steps) {
  if (steps <= 0)
    throw Error(ErrorCode::usage,
                fmt::format("the number of steps must be positive, not {}", steps));
}

/// Empty if the command came to its end by itself, and well.
std::string why_incomplete(const CommandOutcome& outcome) {
  if (outcome.interrupted) return "it was interrupted";
  switch (outcome.state) {
    case CommandOutcome::State::complete:
      return "";
    case CommandOutcome::State::incomplete:
      return fmt::format("its command ended with exit code {}", outcome.exit_code);
    case CommandOutcome::State::cut_off:
      break;
  }
  return "its recording was cut off";
}

/// What the record's steps window or its context says under `key`; empty if neither does.
std::string said_of(const Record& record, const char* key) {
  if (const auto window = steps_window(record)) {
    if (const auto said = context_value((*window)->attributes, key)) return *said;
  }
  return context_value(record.context, key).value_or("");
}

/// The row of a record, and what its energy is.
struct RecordRow {
  Observation row;
  Basis basis;
};

/// Refused where the record has no energy that may stand beside the `first` row's.
Outcome<RecordRow> row_of(const Record& record, const RecordChoice& choice,
                          const std::optional<Basis>& first) {
  const auto refuse = Outcome<RecordRow>::refuse;
  if (std::string why = why_incomplete(record.outcome); !why.empty()) return refuse(std::move(why));
  const Outcome<StepEnergy> energy = energy_per_step(record, choice.scope);
  if (!energy) return refuse(energy.refused);
  const Scope scope = energy->basis.scope;
  Observation row = observation_of(
      record.workload.name(),
      choice.hardware ? choice.hardware(record, scope) : hardware_name(record, scope), *energy,
      record.cost, choice.steps);
  if (const auto name = cell_name(row.hardware); !name)
    return refuse("its hardware's name " + name.refused);
  if (std::string why = first ? why_other_basis(*first, energy->basis) : ""; !why.empty())
    return refuse(std::move(why));
  row.run = record.id;
  return RecordRow{std::move(row), energy->basis};
}

}  // namespace

std::string hardware_name(const Record& record, Scope scope) {
  const HostInfo& host = record.host;
  if (scope == Scope::gpu) {
    if (host.gpus.empty()) return {};
    const auto others = std::ranges::count_if(
        host.gpus, [&](const std::string& gpu) { return gpu != host.gpus.front(); });
    if (others > 0) return fmt::format("{}", fmt::join(host.gpus, " + "));
    if (host.gpus.size() == 1) return host.gpus.front();
    return fmt::format("{} x {}", host.gpus.size(), host.gpus.front());
  }
  const std::string threads = said_of(record, kThreadsContext);
  if (host.cpu_model.empty() || threads.empty()) return host.cpu_model;
  return fmt::format("{}, {} thread{}", host.cpu_model, threads, threads == "1" ? "" : "s");
}

Observation observation_of(const std::string& workload, const std::string& machine,
                           const StepEnergy& energy, const std::optional<Cost>& cost, long steps) {
  const auto count = static_cast<double>(steps);
  Observation row;
  row.workload = workload;
  row.hardware = machine;
  row.energy = count * energy.per_step;
  if (energy.duration_per_step > Duration{}) row.duration = count * energy.duration_per_step;
  if (cost && cost->flops_forward > Work{}) row.flops = cost->flops_forward;
  if (cost && cost->parameters > 0) row.parameters = static_cast<double>(cost->parameters);
  return row;
}

std::optional<Basis> observe_records(std::span<const Record> records, const RecordChoice& choice,
                                     const ObservationSinks& sinks) {
  require_positive(choice.steps);
  std::optional<Basis> basis;
  std::size_t number = 0;
  for (const Record& record : records) {
    ++number;
    Outcome<RecordRow> found = row_of(record, choice, basis);
    if (!found) {
      sinks.fault({"record " + record.id, 0, 0, {}, std::move(found.refused)});
      continue;
    }
    basis = found->basis;
    Observation row = std::move(found.value->row);
    row.line = number;
    sinks.row(std::move(row));
  }
  return basis;
}

std::optional<Basis> observe_profiles(std::span<const MachineProfile> profiles, long steps,
                                      const ObservationSinks& sinks) {
  require_positive(steps);
  std::optional<Basis> basis;
  std::size_t number = 0;
  for (const MachineProfile& profile : profiles) {
    const std::string why_not = basis ? why_other_basis(*basis, profile.basis) : std::string();
    if (!why_not.empty()) {
      sinks.fault({"profile " + profile.name, 0, 0, {}, why_not});
      number += profile.references.size();
      continue;
    }
    basis = profile.basis;
    for (const ReferenceEnergy& reference : profile.references) {
      Observation row = observation_of(reference.workload.name(), profile.name, reference.energy,
                                       reference.cost, steps);
      if (!reference.records.empty()) row.run = reference.records.front();
      row.line = ++number;
      sinks.row(std::move(row));
    }
  }
  return basis;
}

}  // namespace isojoule
