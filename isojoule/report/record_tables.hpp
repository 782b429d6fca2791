// What to say of records.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "isojoule/page/table.hpp"
#include "isojoule/record/record.hpp"
#include "isojoule/record/record_summary.hpp"

namespace isojoule {

/// Energy of each component in the whole command and in the `steps` window (or, without one, in
/// each window), with its kind; the energy per step; and whatever a reader must know to believe it,
/// as notes: models used, channels without an energy and why, faults, an incomplete run.
Table record_table(const Record& record);

/// One line for each record.
Table records_table(std::span<const RecordSummary> records);

/// "0.532 J (sd 0.012 J)"; without a spread just the energy.
std::string energy_per_step_text(const StepEnergy& energy);

/// Where the energies of a profile or measurement come from, each model once: "modelled: CPU time x
/// 3.50 W per hardware thread". Empty if all are measured.
std::vector<std::string> models_used(const std::vector<Channel>& channels);

}  // namespace isojoule
