#include "isojoule/record/record_summary.hpp"

namespace isojoule {

RecordSummary summary_of(const Record& record) {
  RecordSummary summary{record.id,      record.created,       record.workload,
                        record.outcome, record.whole.elapsed, std::nullopt};
  if (const auto scope = default_scope(record.whole)) summary.total = record.whole.total(*scope);
  if (summary.total) summary.total->interval.reset();
  return summary;
}

}  // namespace isojoule
