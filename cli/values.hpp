// Values of options that are more than a word.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "isojoule/core/quantity.hpp"
#include "isojoule/run/known_gain.hpp"

namespace isojoule::cli {

// Of options that several commands have.
inline constexpr const char* kDeviceHelp = "What is trained on: cpu, cuda or cuda:N (one board)";
inline constexpr const char* kDryRunHelp = "Only show what would be done";
inline constexpr const char* kIdleHelp =
    "Measure the idle machine for this duration, before and after a run";
inline constexpr const char* kNameHelp = "A name of your own for what ran";
inline constexpr const char* kNormalizersHelp =
    "Normalizers to use; isojoule evaluate --help lists them";
inline constexpr const char* kSeedHelp = "Seed of what is random";
inline constexpr const char* kSensorsHelp =
    "Sensors to use together, joined with + (default: every usable one)";
inline constexpr const char* kSplitsHelp = "Number of random splits";

/// "5s", "500ms", "2min", "1h"; a number without a unit is refused. Throws Error(usage) that names
/// the option, also for a negative one.
Duration parse_duration(const std::string& option, const std::string& text);

/// That an option's number is positive, with a message of a readable length.
CLI::Validator positive();

/// COMPONENT=VALUE[+-HALF],SOURCE: "GPU-8f6a=1.021+-0.004,wattmeter of 2026-03". Without a
/// half-width the calibration counts as exact. Throws Error(usage).
KnownGain parse_gain(const std::string& text);

}  // namespace isojoule::cli
