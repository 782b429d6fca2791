// A source and a target machine, as a person names them.
#pragma once

#include <string>
#include <utility>

#include "isojoule/normalize/dataset.hpp"

namespace isojoule {

/// The pair of these machines of the table; an empty name is the first machine of the table that is
/// not the other one. The table must have two. Throws Error(unknown_name), with near names, for a
/// machine that is not there, and Error(usage) where both are one machine.
std::pair<std::string, std::string> choose_machine_pair(const std::string& from,
                                                        const std::string& to,
                                                        const Dataset& dataset);

/// Splits "A:B" into two different machines of the table; a machine's name may hold colons itself:
/// parse_machine_pair("rack:1:B", dataset) is {"rack:1", "B"} where these are machines. Throws
/// Error(unknown_name), with near names, for a machine that is not there, and Error(usage) for a
/// text of another form.
std::pair<std::string, std::string> parse_machine_pair(const std::string& text,
                                                       const Dataset& dataset);

}  // namespace isojoule
