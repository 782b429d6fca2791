// How much a run used in all.
#pragma once

#include <string>
#include <vector>

#include "isojoule/core/measurement.hpp"
#include "isojoule/core/outcome.hpp"
#include "isojoule/core/unmeasured.hpp"
#include "isojoule/page/table.hpp"
#include "isojoule/record/record.hpp"

namespace isojoule {

/// The energy of a run in one number, and what it is of.
struct RunTotal {
  enum class Basis {
    measured,    ///< the sum of measured components that do not overlap
    whole_node,  ///< what a meter of the node showed: nothing else was measured
    modelled,    ///< the CPU's model: nothing at all was measured. It is an estimate
  };
  Basis basis = Basis::measured;
  Energy energy{};
  std::optional<Interval<Energy>> interval = {};  ///< empty where a part has none, and for a model
  std::vector<std::string> parts;                 ///< labels of what was added
  std::vector<std::string> left_out;  ///< what was not: "memory, about 12.0 J by a model"
};

/// One total of a measurement: boards, modules, packages and memory that were measured, each once.
/// A module contains its GPU, package and memory. A meter of the node contains all of them, so that
/// it is never added; it is the total where nothing else was measured. Models are never added to
/// measured energies: they are named beside them. Where nothing was measured, the model of the CPU
/// is given, and the model of memory is not.
///
/// Refused where a measured component has lost its energy (a reset, a gap, a sensor that stood
/// still): a part is no total. A component that no sensor can read does not prevent one.
///
///     const auto total = run_total(record.whole);
///     if (total) use(total->energy); else say(total.refused);
Outcome<RunTotal> run_total(const Measurement& measurement);

/// "Total: 512 J (487 J to 541 J): package 0, memory of package 0. Not in it: ...", or why there is
/// none.
std::string total_text(const Outcome<RunTotal>& total);

/// The table of a record, with its total as the first note.
Table record_overview(const Record& record);

}  // namespace isojoule
