#include "isojoule/table/column_map.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>
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

/// A name of a column, and its unit.
template <class T>
struct UnitKey {
  std::string_view name;
  T unit;
};

template <auto member, class T>
void add_keys(std::vector<ColumnKey>& keys, Role role, std::initializer_list<UnitKey<T>> units) {
  for (const UnitKey<T>& key : units)
    keys.push_back({key.name, role, nullptr, key.unit / si_unit<T>,
                    [](Observation& row, double si) { row.*member = si * si_unit<T>; }});
}

std::vector<ColumnKey> all_keys() {
  std::vector<ColumnKey> keys;
  const auto add_text = [&keys](std::string_view name, Role role, std::string Observation::* text) {
    keys.push_back({name, role, text, 1.0, nullptr});
  };
  add_text("workload", Role::workload, &Observation::workload);
  add_text("hardware", Role::hardware, &Observation::hardware);
  add_text("family", Role::family, &Observation::family);
  add_text("run", Role::run, &Observation::run);
  add_text("notes", Role::notes, &Observation::notes);
  add_keys<&Observation::energy, Energy>(keys, Role::energy,
                                         {{"energy_j", joule},
                                          {"energy_kj", kilojoule},
                                          {"energy_wh", watt_hour},
                                          {"energy_kwh", kilowatt_hour},
                                          {"energy_millijoule", millijoule},
                                          {"energy_megajoule", megajoule}});
#define ISOJOULE_ADD_KEYS(member, name, words, type, ...) \
  add_keys<&Observation::member, type>(keys, Role::member, {__VA_ARGS__});
  ISOJOULE_FEATURES(ISOJOULE_ADD_KEYS, ISOJOULE_ADD_KEYS)
#undef ISOJOULE_ADD_KEYS
  return keys;
}

}  // namespace

std::span<const ColumnKey> column_keys() {
  static const std::vector<ColumnKey> keys = all_keys();
  return keys;
}

const ColumnKey* find_column_key(std::string_view name) {
  const std::span<const ColumnKey> keys = column_keys();
  const auto found = std::ranges::find(keys, name, &ColumnKey::name);
  return found == keys.end() ? nullptr : &*found;
}

std::string keys_of(Role role) {
  std::string keys;
  for (const ColumnKey& key : column_keys()) {
    if (key.role != role) continue;
    if (!keys.empty()) keys += ", ";
    keys += key.name;
  }
  return keys;
}

const ColumnKey* mapped_key(const ColumnMap& map, Role role) {
  for (const ColumnKey& key : column_keys())
    if (key.role == role && map.contains(std::string(key.name))) return &key;
  return nullptr;
}

void check_column_map(const ColumnMap& map) {
  for (const auto& [name, column] : map) {
    if (name == kAmbiguousKey) throw Error(ErrorCode::usage, std::string(kWhyAmbiguous));
    const ColumnKey* const key = find_column_key(name);
    if (key == nullptr) {
      std::vector<std::string> known;
      for (const ColumnKey& one : column_keys()) known.emplace_back(one.name);
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
  const double si = value * key.unit;
  if (!(si > 0.0) || !std::isfinite(si))
    return fmt::format("is beyond what a double holds in the base unit: {}", value);
  key.set_si(row, si);
  return {};
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
