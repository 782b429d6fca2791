// The values of small constants, carried through the operators that exporters compute shapes with.
#pragma once

#include <functional>
#include <span>

#include "isojoule/onnx/detail/node.hpp"

namespace isojoule::detail {

/// Nearest whole number that an int64 can hold; 0 for what is no number.
std::int64_t to_integer(double value);

/// Where an element of memory stands, one index for each dimension.
using Place = std::vector<std::uint64_t>;

/// The position in memory of `place` in a tensor of `dims` that may be broadcast to it.
std::size_t position(const Dims& dims, std::span<const std::uint64_t> place);

/// Gives output `output` the value that `value_at` says for each of its places, in the order of
/// memory. Nothing is done if the output is larger than what is looked into.
void fill(Node& node, std::size_t output, const Dims& dims,
          const std::function<double(const Place&)>& value_at);

/// Gives output 0 its input's values in the same order: of reshapings.
void copy_content(Node& node);

}  // namespace isojoule::detail
