// What holds of every profile, made or read.
#pragma once

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "isojoule/core/error.hpp"
#include "isojoule/core/text.hpp"
#include "isojoule/record/machine_profile.hpp"

namespace isojoule::detail {

/// Throws Error(bad_input) for a name that would make a bad file name or option.
inline void check_profile_name(const std::string& name) {
  const bool sign_first = !name.empty() && (name[0] == '.' || name[0] == '-' || name[0] == '_');
  if (!is_plain_name(name) || sign_first)
    throw Error(ErrorCode::bad_input,
                "profile name '" + name +
                    "' must be letters, digits, '.', '_' and '-', a letter or digit first");
}

/// The order that references stand in.
inline void sort_by_energy(std::vector<ReferenceEnergy>& references) {
  std::ranges::sort(references, [](const ReferenceEnergy& a, const ReferenceEnergy& b) {
    return std::tie(a.energy.per_step, a.workload) < std::tie(b.energy.per_step, b.workload);
  });
}

}  // namespace isojoule::detail
