#include "isojoule/onnx/detail/content.hpp"

#include <cmath>
#include <limits>

namespace isojoule::detail {

std::int64_t to_integer(double value) {
  constexpr double kEnd = 9223372036854775808.0;  // 2^63
  if (std::isnan(value)) return 0;
  if (value >= kEnd) return std::numeric_limits<std::int64_t>::max();
  if (value < -kEnd) return std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(value);
}

std::size_t position(const Dims& dims, std::span<const std::uint64_t> place) {
  std::size_t at = 0;
  const std::size_t offset = place.size() - dims.size();
  for (std::size_t i = 0; i < dims.size(); ++i)
    at = at * dims[i] + (dims[i] == 1 ? 0 : place[offset + i]);
  return at;
}

void fill(Node& node, std::size_t output, const Dims& dims,
          const std::function<double(const Place&)>& value_at) {
  const std::uint64_t count = product(dims).value();
  if (count > kMostContent) return;
  Content content;
  Place place(dims.size(), 0);
  for (std::uint64_t n = 0; n < count; ++n) {
    content.push_back(value_at(place));
    for (std::size_t i = dims.size(); i-- > 0;) {
      if (++place[i] < dims[i]) break;
      place[i] = 0;
    }
  }
  node.set_content(output, std::move(content));
}

void copy_content(Node& node) {
  if (node.in(0).content) node.set_content(0, *node.in(0).content);
}

}  // namespace isojoule::detail
