// Comma-separated values to write.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isojoule {

/// A field by RFC 4180: in quotes where it holds a comma, a quote or a line break, quotes doubled.
std::string csv_field(std::string_view text);

/// The shortest text that reads back as the same double; empty for a missing one.
std::string csv_field(const std::optional<double>& number);

/// Fields as they are, joined by commas, with a line feed at the end.
std::string csv_line(const std::vector<std::string>& fields);

}  // namespace isojoule
