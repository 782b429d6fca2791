// Values of options that are more than a word.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "isojoule/core/quantity.hpp"
#include "isojoule/run/known_gain.hpp"

namespace isojoule::cli {

/// "5s", "500ms", "2min", "1h"; a number without a unit is refused. Throws Error(usage) that names
/// the option, also for a negative one.
Duration parse_duration(const std::string& option, const std::string& text);

/// That an option's number is positive, with a message of a readable length.
CLI::Validator positive();

/// COMPONENT=VALUE+-HALF,SOURCE: "GPU-8f6a=1.021+-0.004,wattmeter of 2026-03". Throws Error(usage).
KnownGain parse_gain(const std::string& text);

}  // namespace isojoule::cli
