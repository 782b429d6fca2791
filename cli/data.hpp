// Tables of energies as arguments of a command.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "isojoule/app/observation_source.hpp"
#include "isojoule/normalize/dataset.hpp"

#include "context.hpp"

namespace isojoule::cli {

/// Adds --from-format and the options of all readers, and gives their names: "--from-format",
/// "--map", ... (The file itself is the command's to name.) `source` must outlive the command.
std::vector<std::string> add_data_options(CLI::App* command, ObservationSource& source);

/// "energy, flops, ..., joined by +": help of an option that takes features.
std::string features_help();
/// Adds --data, the file, and those.
std::vector<std::string> add_data_option(CLI::App* command, ObservationSource& source);

/// The first of these options that was given; empty if none was.
std::string first_given(const CLI::App& command, std::span<const std::string> options);

/// Throws Error(usage) if one of these options was given and no source, which `named` names.
void require_source(const CLI::App& command, std::span<const std::string> options,
                    const ObservationSource& source, const std::string& named);

/// As isojoule::read_observations; remarks go to standard error.
ReadObservations read_data(const ObservationSource& source);
Dataset read_dataset(const ObservationSource& source);

}  // namespace isojoule::cli
