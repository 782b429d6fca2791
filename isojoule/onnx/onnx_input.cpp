#include "isojoule/onnx/onnx_input.hpp"

#include <charconv>

#include "isojoule/core/error.hpp"

namespace isojoule {

OnnxInput parse_onnx_input(std::string_view text) {
  const auto refuse = [text] {
    throw Error(ErrorCode::usage, "input '" + std::string(text) +
                                      "': must read NAME=SIZE, with whole numbers from 1 on, as in "
                                      "x=1x3x224x224");
  };
  const std::size_t equals = text.rfind('=');
  if (equals == std::string_view::npos || equals == 0) refuse();
  OnnxInput input{std::string(text.substr(0, equals)), {}};
  std::string_view sizes = text.substr(equals + 1);
  while (!sizes.empty()) {
    std::uint64_t size = 0;
    const auto [end, error] = std::from_chars(sizes.data(), sizes.data() + sizes.size(), size);
    if (error != std::errc{} || size == 0) refuse();
    input.dims.push_back(size);
    sizes.remove_prefix(static_cast<std::size_t>(end - sizes.data()));
    if (sizes.empty()) break;
    if (sizes.front() != 'x' || sizes.size() == 1) refuse();
    sizes.remove_prefix(1);
  }
  return input;
}

std::string dims_text(const std::vector<std::uint64_t>& dims) {
  if (dims.empty()) return "scalar";
  std::string text;
  for (const std::uint64_t size : dims) {
    if (!text.empty()) text += "x";
    text += std::to_string(size);
  }
  return text;
}

}  // namespace isojoule
