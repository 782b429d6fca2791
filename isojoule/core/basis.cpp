#include "isojoule/core/basis.hpp"

#include <array>
#include <string_view>

#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

std::string or_unknown(const std::string& text) { return text.empty() ? "unknown" : text; }

std::string or_unknown(const std::optional<int>& number) {
  return number ? std::to_string(*number) : "unknown";
}

}  // namespace

std::string_view to_string(Boundary boundary) {
  return boundary == Boundary::gross ? "gross" : "net";
}

Boundary boundary_from_string(std::string_view text) {
  if (text == "gross") return Boundary::gross;
  if (text == "net") return Boundary::net;
  throw unknown_name("boundary", text, std::array<std::string, 2>{"gross", "net"});
}

std::vector<BasisDifference> differences(const Basis& a, const Basis& b) {
  using Field = BasisDifference::Field;
  std::vector<BasisDifference> result;
  const auto compare = [&result](Field field, std::string_view name, std::string_view left,
                                 std::string_view right) {
    if (left == right) return;
    result.push_back(
        {field, std::string(name) + ": " + std::string(left) + " against " + std::string(right)});
  };
  compare(Field::scope, "scope", to_string(a.scope), to_string(b.scope));
  compare(Field::kind, "kind", to_string(a.kind), to_string(b.kind));
  compare(Field::boundary, "boundary", to_string(a.boundary), to_string(b.boundary));
  compare(Field::protocol, "protocol", or_unknown(a.protocol), or_unknown(b.protocol));
  compare(Field::batch, "batch", or_unknown(a.batch), or_unknown(b.batch));
  compare(Field::precision, "precision", or_unknown(a.precision), or_unknown(b.precision));
  compare(Field::mode, "mode", a.mode, b.mode);
  return result;
}

}  // namespace isojoule
