// The keys of observations, and how a value under one becomes part of an Observation.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "isojoule/table/column_map.hpp"
#include "isojoule/table/observation.hpp"

namespace isojoule::detail {

#define ISOJOULE_MEMBER(member, ...) member,
enum class Role {
  workload,
  hardware,
  family,
  run,
  notes,
  energy,
  ISOJOULE_FEATURES(ISOJOULE_MEMBER, ISOJOULE_MEMBER)
};
#undef ISOJOULE_MEMBER

#define ISOJOULE_ROLE(member, ...) Role::member,
inline constexpr std::array kRoles{Role::workload,
                                   Role::hardware,
                                   Role::family,
                                   Role::run,
                                   Role::notes,
                                   Role::energy,
                                   ISOJOULE_FEATURES(ISOJOULE_ROLE, ISOJOULE_ROLE)};
#undef ISOJOULE_ROLE

struct ColumnKey {
  std::string_view name;  ///< with the unit: "energy_kwh"
  Role role;
  std::string Observation::* text;       ///< where a text goes; nullptr for a number
  double unit;                           ///< of a number, in SI units
  void (*set_si)(Observation&, double);  ///< takes SI units; nullptr for a text
};

/// The key that nobody can tell the meaning of.
inline constexpr std::string_view kAmbiguousKey = "energy_mj";
inline constexpr std::string_view kWhyAmbiguous =
    "energy_mj may be millijoules or megajoules: map energy_millijoule or energy_megajoule to it";

std::span<const ColumnKey> column_keys();

/// nullptr if there is none of that name.
const ColumnKey* find_column_key(std::string_view name);

/// "energy_j, energy_kj, ..."
std::string keys_of(Role role);

/// Throws as parse_column_map for what no map may hold.
void check_column_map(const ColumnMap& map);

/// The key that the map chooses for a role; nullptr if it chooses none. The map is checked.
const ColumnKey* mapped_key(const ColumnMap& map, Role role);

// Each puts a value under `key` into `row`. What it gives is the objection to a value that cannot
// stand there ("is negative: -3"), which is then left out; empty: none.

std::string put_number(const ColumnKey& key, double value, Observation& row);
std::string put_text(const ColumnKey& key, std::string_view text, Observation& row);

/// A cell of text; an empty one is a missing value.
std::string put_cell(const ColumnKey& key, std::string_view cell, Observation& row);

}  // namespace isojoule::detail
