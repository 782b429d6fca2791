// What is known of machines beside their energies.
#pragma once

#include <map>
#include <string>

#include "isojoule/report/evaluation_report.hpp"

namespace isojoule {

/// By the machine's name. A store (`format` "store") knows each machine by its last record; a table
/// has energies alone, so nothing is known. Throws as open_store_to_read does.
std::map<std::string, MachineFacts> machine_facts(const std::string& file,
                                                  const std::string& format);

}  // namespace isojoule
