#include "isojoule/core/channel.hpp"

#include <array>
#include <utility>
#include <vector>

#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

template <class T, std::size_t N>
using Names = std::array<std::pair<T, std::string_view>, N>;

constexpr Names<Scope, 6> kScopes{{{Scope::gpu, "gpu"},
                                   {Scope::gpu_memory, "gpu-memory"},
                                   {Scope::module, "module"},
                                   {Scope::package, "package"},
                                   {Scope::dram, "dram"},
                                   {Scope::node, "node"}}};
constexpr Names<Kind, 2> kKinds{{{Kind::measured, "measured"}, {Kind::modelled, "modelled"}}};

template <class T, std::size_t N>
std::string_view name_of(const Names<T, N>& names, T value) {
  for (const auto& [candidate, name] : names) {
    if (candidate == value) return name;
  }
  return "?";
}

template <class T, std::size_t N>
T value_of(const Names<T, N>& names, std::string_view what, std::string_view text) {
  std::vector<std::string> known;
  for (const auto& [value, name] : names) {
    if (name == text) return value;
    known.emplace_back(name);
  }
  throw unknown_name(what, text, known);
}

}  // namespace

std::string_view to_string(Scope scope) { return name_of(kScopes, scope); }
std::string_view to_string(Kind kind) { return name_of(kKinds, kind); }
Scope scope_from_string(std::string_view text) { return value_of(kScopes, "scope", text); }
Kind kind_from_string(std::string_view text) { return value_of(kKinds, "kind", text); }

ReadingValue reading_value(const Channel& channel, std::uint64_t counts) {
  const auto number = static_cast<double>(counts);
  if (const auto* energy = std::get_if<Energy>(&channel.unit))
    return {number * energy->in(joule) / channel.gain.value, "J"};
  if (const auto* power = std::get_if<Power>(&channel.unit))
    return {number * power->in(watt) / channel.gain.value, "W"};
  const auto& gauge = std::get<Gauge>(channel.unit);
  return {number * gauge.per_count, gauge.unit};
}

}  // namespace isojoule
