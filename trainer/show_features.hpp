// The features of one file, for a look from outside.
#pragma once

#include <iosfwd>

#include "trainer/options.hpp"

namespace isojoule::trainer {

/// Prints their shape and range, or with `json` the values, and writes the .npy file that was asked
/// for. Throws std::runtime_error for a file that is no clip.
void show_features(const FeaturesOptions& options, std::ostream& out);

}  // namespace isojoule::trainer
