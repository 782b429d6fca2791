#include "isojoule/onnx/detail/operators.hpp"

#include <algorithm>

namespace isojoule::detail {

const Rules& operator_rules() {
  static const Rules all = [] {
    Rules rules;
    add_elementwise(rules);
    add_movement(rules);
    add_reshaping(rules);
    add_products(rules);
    add_windows(rules);
    add_normalization(rules);
    add_reductions(rules);
    add_recurrent(rules);
    return rules;
  }();
  return all;
}

bool is_view(std::string_view op) {
  constexpr std::string_view kViews[] = {"Reshape",   "Flatten",  "Squeeze",
                                         "Unsqueeze", "Identity", "Dropout"};
  return std::ranges::find(kViews, op) != std::end(kViews);
}

}  // namespace isojoule::detail
