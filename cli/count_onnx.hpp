// isojoule count MODEL.onnx
#pragma once

#include <string>
#include <vector>

namespace isojoule::cli {

struct OnnxOptions {
  std::string file;
  std::vector<std::string> inputs;  ///< NAME=SIZE
  bool nodes = false;               ///< each node, in the table
  bool json = false;
};

/// Counts and prints.
void count_onnx_file(const OnnxOptions& options);

}  // namespace isojoule::cli
