// The command line of isojoule-train.
#pragma once

#include <optional>

#include "trainer/train.hpp"

namespace isojoule::trainer {

struct Options {
  Settings settings;
  bool json = false;
};

/// Empty after --help or --version, which it prints. Throws Error(usage or unknown_name) for a
/// command line that cannot be understood.
std::optional<Options> parse_options(int argc, const char* const* argv);

}  // namespace isojoule::trainer
