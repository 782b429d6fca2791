// What to say of records.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "isojoule/page/table.hpp"
#include "isojoule/record/record.hpp"
#include "isojoule/record/record_summary.hpp"

namespace isojoule {

/// The windows of a record that a table or a figure has room for.
struct ShownWindows {
  struct Shown {
    std::string name;      ///< "steps"; "epoch (3 windows)" for several of one name, added up
    const Window* window;  ///< in the record
  };
  std::vector<Shown> windows;  ///< in the order of their begin, kMostShown at most
  std::size_t left_out = 0;    ///< that there is no room for

  static constexpr std::size_t kMostShown = 20;
};

/// All windows but the blocks of steps, those of one name as one. `record` must outlive the result.
///
///     for (const auto& [name, window] : windows_to_show(record).windows) ...
ShownWindows windows_to_show(const Record& record);

/// Energy of each component in the whole command and in the windows to show, with its kind; the
/// energy per step; and whatever a reader must know to believe it, as notes: models used, pauses,
/// channels without an energy and why, faults, an incomplete run.
Table record_table(const Record& record);

/// One line for each record.
Table records_table(std::span<const RecordSummary> records);

/// "0.532 J (sd 0.012 J)"; without a spread just the energy.
std::string energy_per_step_text(const StepEnergy& energy);

/// Where the energies of a profile or measurement come from, each model once: "modelled: CPU time x
/// 3.50 W per hardware thread". Empty if all are measured.
std::vector<std::string> models_used(const std::vector<Channel>& channels);

}  // namespace isojoule
