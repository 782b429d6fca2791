#include "isojoule/table/column_map.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <sstream>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/table/cell.hpp"
#include "isojoule/table/csv.hpp"
#include "isojoule/table/detail/column_keys.hpp"

namespace isojoule {
namespace detail {
namespace {

constexpr Energy watt_hour = kilowatt_hour / 1000.0;
constexpr Energy megajoule = 1000.0 * kilojoule;

/// Puts `value` units into a member; false unless the result is positive and finite.
template <auto member, const auto& unit>
bool set_quantity(Observation& row, double value) {
  const auto quantity = value * unit;
  if (!(quantity > 0.0 * unit) || !std::isfinite(quantity / unit)) return false;
  row.*member = quantity;
  return true;
}

bool set_parameters(Observation& row, double value) {
  row.parameters = value;
  return true;
}

constexpr auto kEnergy = &Observation::energy;
constexpr auto kDuration = &Observation::duration;

constexpr std::array kKeys{
    ColumnKey{"workload", Role::workload, &Observation::workload, nullptr},
    ColumnKey{"hardware", Role::hardware, &Observation::hardware, nullptr},
    ColumnKey{"family", Role::family, &Observation::family, nullptr},
    ColumnKey{"run", Role::run, &Observation::run, nullptr},
    ColumnKey{"notes", Role::notes, &Observation::notes, nullptr},
    ColumnKey{"energy_j", Role::energy, nullptr, set_quantity<kEnergy, joule>},
    ColumnKey{"energy_kj", Role::energy, nullptr, set_quantity<kEnergy, kilojoule>},
    ColumnKey{"energy_wh", Role::energy, nullptr, set_quantity<kEnergy, watt_hour>},
    ColumnKey{"energy_kwh", Role::energy, nullptr, set_quantity<kEnergy, kilowatt_hour>},
    ColumnKey{"energy_millijoule", Role::energy, nullptr, set_quantity<kEnergy, millijoule>},
    ColumnKey{"energy_megajoule", Role::energy, nullptr, set_quantity<kEnergy, megajoule>},
    ColumnKey{"duration_s", Role::duration, nullptr, set_quantity<kDuration, second>},
    ColumnKey{"duration_ms", Role::duration, nullptr, set_quantity<kDuration, millisecond>},
    ColumnKey{"duration_min", Role::duration, nullptr, set_quantity<kDuration, minute>},
    ColumnKey{"duration_h", Role::duration, nullptr, set_quantity<kDuration, hour>},
    ColumnKey{"flops", Role::flops, nullptr, set_quantity<&Observation::flops, flop>},
    ColumnKey{"params", Role::parameters, nullptr, set_parameters},
};

}  // namespace

std::span<const ColumnKey> column_keys() { return kKeys; }

const ColumnKey* find_column_key(std::string_view name) {
  const auto found = std::ranges::find(kKeys, name, &ColumnKey::name);
  return found == kKeys.end() ? nullptr : &*found;
}

std::string keys_of(Role role) {
  std::string keys;
  for (const ColumnKey& key : kKeys) {
    if (key.role != role) continue;
    if (!keys.empty()) keys += ", ";
    keys += key.name;
  }
  return keys;
}

const ColumnKey* mapped_key(const ColumnMap& map, Role role) {
  for (const ColumnKey& key : kKeys)
    if (key.role == role && map.contains(std::string(key.name))) return &key;
  return nullptr;
}

void check_column_map(const ColumnMap& map) {
  for (const auto& [name, column] : map) {
    if (name == kAmbiguousKey) throw Error(ErrorCode::usage, std::string(kWhyAmbiguous));
    const ColumnKey* const key = find_column_key(name);
    if (key == nullptr) {
      std::vector<std::string> known;
      for (const ColumnKey& one : kKeys) known.emplace_back(one.name);
      throw unknown_name("key of a column map", name, known);
    }
    const ColumnKey* const first = mapped_key(map, key->role);
    if (first != key)
      throw Error(ErrorCode::usage, fmt::format("the column map names {} and {}: choose one",
                                                first->name, key->name));
    if (column.empty())
      throw Error(
          ErrorCode::usage,
          fmt::format("the column map names no column for {}: write {}=COLUMN", name, name));
  }
}

std::string put_number(const ColumnKey& key, double value, Observation& row) {
  const Outcome<double> number = positive_number(value);
  if (!number) return number.refused;
  if (key.set_number(row, *number)) return {};
  return fmt::format("is beyond what a double holds in the base unit: {}", value);
}

std::string put_text(const ColumnKey& key, std::string_view text, Observation& row) {
  text = trimmed(text);
  const bool required = key.role == Role::workload || key.role == Role::hardware;
  const bool free = key.role == Role::notes || (text.empty() && !required);
  if (!free) {
    if (Outcome<std::string_view> name = cell_name(text); !name) return std::move(name.refused);
  }
  (row.*key.text).assign(text);
  return {};
}

std::string put_cell(const ColumnKey& key, std::string_view cell, Observation& row) {
  if (key.text != nullptr) return put_text(key, cell, row);
  if (trimmed(cell).empty()) return {};
  Outcome<double> value = cell_number(cell);
  return value ? put_number(key, *value, row) : std::move(value.refused);
}

}  // namespace detail

ColumnMap parse_column_map(std::span<const std::string> texts) {
  ColumnMap map;
  for (const std::string& text : texts) {
    std::istringstream in(text);
    CsvReader reader(in, "column map " + shown(text));
    if (!reader.next()) throw Error(ErrorCode::usage, "the column map is empty: write KEY=COLUMN");
    for (const std::string_view item : reader.fields()) {
      const std::size_t equals = item.find('=');
      if (equals == std::string_view::npos)
        throw Error(ErrorCode::usage,
                    fmt::format("{} in a column map: write KEY=COLUMN", shown(item)));
      const std::string key(trimmed(item.substr(0, equals)));
      if (!map.emplace(key, trimmed(item.substr(equals + 1))).second)
        throw Error(ErrorCode::usage, fmt::format("the column map names {} twice", shown(key)));
    }
  }
  detail::check_column_map(map);
  return map;
}

}  // namespace isojoule
