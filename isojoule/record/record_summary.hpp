// What a list shows of a record.
#pragma once

#include <optional>
#include <string>

#include "isojoule/core/measurement.hpp"
#include "isojoule/core/workload_id.hpp"
#include "isojoule/record/record.hpp"

namespace isojoule {

struct RecordSummary {
  std::string id;
  std::string created;  ///< as Record::created
  WorkloadId workload{"unnamed"};
  CommandOutcome outcome;
  Duration elapsed{};  ///< of the whole command
  /// Of the whole command, by its default scope, without its interval. Empty: not known.
  std::optional<Total> total;
};

/// The total that a list shows of a run.
std::optional<Total> listed_total(const Measurement& whole);

///   print(records_table({summary_of(record)}));
RecordSummary summary_of(const Record& record);

}  // namespace isojoule
