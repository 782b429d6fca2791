// The operators that are known, each with its rule.
#pragma once

#include "isojoule/onnx/detail/node.hpp"

namespace isojoule::detail {

/// The rules of all operators of ONNX's own domain that are known; valid as long as the program
/// runs.
const Rules& operator_rules();

// One group each.
void add_elementwise(Rules& rules);
void add_movement(Rules& rules);
void add_reshaping(Rules& rules);
void add_products(Rules& rules);
void add_windows(Rules& rules);
void add_normalization(Rules& rules);
void add_reductions(Rules& rules);
void add_recurrent(Rules& rules);

/// Whether arithmetic of this type is floating-point; what is not known counts as such.
bool is_floating(int type);

/// `flops` for each element, or nothing for integers.
Arithmetic per_element(int type, const Dims& dims, Count flops);

/// Whether a node's first output is a view of its input and takes no memory of its own.
bool is_view(std::string_view op);

}  // namespace isojoule::detail
