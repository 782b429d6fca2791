#include "isojoule/record/record_summary.hpp"

namespace isojoule {

std::optional<Total> listed_total(const Measurement& whole) {
  const auto scope = default_scope(whole);
  auto total = scope ? whole.total(*scope).value : std::nullopt;
  if (total) total->interval.reset();
  return total;
}

RecordSummary summary_of(const Record& record) {
  return {record.id,      record.created,       record.workload,
          record.outcome, record.whole.elapsed, listed_total(record.whole)};
}

}  // namespace isojoule
