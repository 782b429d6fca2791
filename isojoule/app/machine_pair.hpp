// A source and a target machine, as a person names them.
#pragma once

#include <string>
#include <utility>

#include "isojoule/normalize/dataset.hpp"

namespace isojoule {

/// Splits "A:B" into two different machines of the table; a machine's name may hold colons itself:
/// parse_machine_pair("rack:1:B", dataset) is {"rack:1", "B"} where these are machines. Throws
/// Error(unknown_name), with near names, for a machine that is not there, and Error(usage) for a
/// text of another form.
std::pair<std::string, std::string> parse_machine_pair(const std::string& text,
                                                       const Dataset& dataset);

}  // namespace isojoule
