#include "isojoule/app/measurement_report.hpp"

#include "isojoule/energy/power_over_time.hpp"
#include "isojoule/report/measurement_report.hpp"
#include "isojoule/run/record_of_trace.hpp"

namespace isojoule {

Document record_report(const Record& record, const ReportOrigin& origin) {
  const bool is_kept = !record.trace.empty() && std::filesystem::exists(record.trace);
  return make_measurement_document(
      record, is_kept ? std::optional(power_over_time(record.trace)) : std::nullopt, origin);
}

Document trace_report(const std::filesystem::path& trace, const ReportOrigin& origin) {
  return make_measurement_document(record_of_trace(trace), power_over_time(trace), origin);
}

}  // namespace isojoule
