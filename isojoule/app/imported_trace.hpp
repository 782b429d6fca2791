// A log of another tool, measured as any trace.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "isojoule/core/world.hpp"
#include "isojoule/import/import_log.hpp"
#include "isojoule/record/record.hpp"

namespace isojoule {

struct ImportRequest {
  std::filesystem::path log;
  std::filesystem::path trace = {};  ///< to be written; empty: the log's name and ".trace"
  std::vector<LogWindow> windows = {};
  std::string board = {};    ///< the product that the log is of, where it does not say
  std::string name = {};     ///< of what ran; empty: "imported"
  std::string version = {};  ///< of isojoule
};

/// Writes the log's trace and makes the record of it, which is not kept in a store. The record's
/// machine is not known, but for the boards, nor its command. Throws as import_log and
/// record_of_trace do, and as WorkloadId for a name.
///
///     const Record record = import_trace(world, {.log = "power.csv", .version = "0.1.0"});
Record import_trace(const World& world, const ImportRequest& request);

}  // namespace isojoule
