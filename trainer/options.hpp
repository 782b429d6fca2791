// The command line of isojoule-train.
#pragma once

#include <filesystem>
#include <optional>
#include <variant>

#include "isojoule/core/world.hpp"

#include "trainer/audio/made_dataset.hpp"
#include "trainer/settings.hpp"

namespace isojoule::trainer {

/// Train a workload.
struct Options {
  Settings settings;
  bool json = false;
};

/// Show the features of one file.
struct FeaturesOptions {
  std::filesystem::path file;
  std::optional<int> rate;  ///< as DatasetOptions::rate
  std::uint64_t seed = 1;
  bool whole = false;            ///< all frames, not only the model's
  std::filesystem::path output;  ///< an .npy file; empty: none
  bool json = false;
};

using Command = std::variant<Options, FeaturesOptions, MadeDatasetOptions>;

/// Empty after --help or --version, which it prints; the latter with the version of LibTorch.
/// Throws Error(usage, unknown_name or bad_input) for a command line that cannot be understood.
std::optional<Command> parse_options(int argc, const char* const* argv,
                                     const Environment& environment,
                                     const std::string& torch_version);

}  // namespace isojoule::trainer
