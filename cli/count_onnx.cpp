#include "count_onnx.hpp"

#include "isojoule/app/onnx_tables.hpp"

#include "output.hpp"
#include "output_options.hpp"
#include "text_output.hpp"

namespace isojoule::cli {

void count_onnx_file(Files& files, const OnnxOptions& options) {
  std::vector<OnnxInput> sizes;
  for (const std::string& text : options.inputs) sizes.push_back(parse_onnx_input(text));
  const OnnxCost cost = count_onnx(options.file, sizes);
  show_answer(
      files, options.json, [&] { return onnx_cost_to_json(options.file, cost); },
      [&] {
        if (options.nodes) {
          print(onnx_nodes_table(cost));
          print_text("\n");
        }
        print(onnx_operators_table(options.file, cost));
      });
}

}  // namespace isojoule::cli
