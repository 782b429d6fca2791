// isojoule count MODEL.onnx
#pragma once

#include <string>
#include <vector>

#include "isojoule/core/files.hpp"

namespace isojoule::cli {

struct OnnxOptions {
  std::string file;
  std::vector<std::string> inputs;  ///< NAME=SIZE
  bool nodes = false;               ///< each node, in the table
  std::string json;                 ///< a file, - for standard output; empty: none
};

/// Counts and shows.
void count_onnx_file(Files& files, const OnnxOptions& options);

}  // namespace isojoule::cli
