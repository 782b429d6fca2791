#include "isojoule/app/imported_trace.hpp"

#include <fmt/format.h>

#include "isojoule/run/record_of_trace.hpp"

namespace isojoule {

Record import_trace(const World& world, const ImportRequest& request) {
  const auto wall = world.clock->wall();
  Record record;
  record.id = make_record_id(wall);
  record.created = format_utc(wall);
  record.version = request.version;
  record.workload = WorkloadId(request.name.empty() ? "imported" : request.name);
  record.context[kImportContext] = fmt::format(
      "{} log {}", log_format_of(*world.files, request.log), request.log.filename().string());
  std::filesystem::path trace = request.trace;
  if (trace.empty()) trace = request.log.string() + ".trace";
  import_log(*world.files, request.log, trace,
             {request.windows, request.board, request.version, record.created, about_text(record)});
  return record_of_trace(std::filesystem::absolute(trace), *world.files);
}

}  // namespace isojoule
