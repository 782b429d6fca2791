// The windows of convolutions and poolings.
#pragma once

#include "isojoule/onnx/detail/node.hpp"

namespace isojoule::detail {

/// Sizes of a window and of what it leaves, in each spatial dimension.
struct Windows {
  Dims kernel;
  Dims outputs;
};

/// Of a node whose first input is N x C x space, by its strides, dilations, pads and auto_pad.
/// Throws NotCounted where they do not fit, or the window is larger than the padded input.
Windows windows_of(const Node& node, const Dims& kernel);

/// What a transposed convolution of that kernel makes: the inverse.
Dims transposed_outputs(const Node& node, const Dims& kernel);

/// dims[2], dims[3], ...; throws NotCounted for fewer than 3 dimensions.
Dims space_of(const Dims& dims);

/// N x channels x space.
Dims with_space(std::uint64_t samples, std::uint64_t channels, const Dims& space);

/// Attribute `name` as sizes, one for each of `rank` dimensions.
Dims sizes_attribute(const Node& node, std::string_view name, std::size_t rank,
                     std::uint64_t otherwise);

}  // namespace isojoule::detail
