#include "count_onnx.hpp"

#include "isojoule/app/onnx_tables.hpp"

#include "output.hpp"
#include "text_output.hpp"

namespace isojoule::cli {

void count_onnx_file(const OnnxOptions& options) {
  std::vector<OnnxInput> sizes;
  for (const std::string& text : options.inputs) sizes.push_back(parse_onnx_input(text));
  const OnnxCost cost = count_onnx(options.file, sizes);
  if (options.json) return print(onnx_cost_to_json(options.file, cost));
  if (options.nodes) {
    print(onnx_nodes_table(cost));
    print_text("\n");
  }
  print(onnx_operators_table(options.file, cost));
}

}  // namespace isojoule::cli
