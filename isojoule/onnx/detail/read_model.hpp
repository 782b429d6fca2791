// From an ONNX file to a Model.
#pragma once

#include <filesystem>

#include "isojoule/onnx/detail/graph.hpp"

namespace isojoule::detail {

/// Throws Error(io) if the file cannot be read, Error(bad_input) if it is no ONNX model, is cut
/// short, or has a tensor whose size cannot be.
Model read_model(const std::filesystem::path& file);

}  // namespace isojoule::detail
