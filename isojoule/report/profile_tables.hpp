// What to say of machine profiles.
#pragma once

#include <string>
#include <vector>

#include "isojoule/core/json.hpp"
#include "isojoule/record/machine_changes.hpp"
#include "isojoule/record/machine_profile.hpp"
#include "isojoule/page/table.hpp"

namespace isojoule {

/// The reference energies of a profile; its machine, condition, settings, idle power and sensors as
/// notes.
Table profile_table(const MachineProfile& profile);

/// A profile and where it was found: "store", "bundled".
struct ListedProfile {
  MachineProfile profile;
  std::string kept_in;
};

/// One line for each profile.
Table profiles_table(const std::vector<ListedProfile>& profiles);

/// What changed since the profile was made, and what that means for it.
Table changes_table(const MachineProfile& profile, const std::vector<MachineChange>& changes);
Json changes_to_json(const MachineProfile& profile, const std::vector<MachineChange>& changes);

/// Two profiles side by side: in what they differ (basis, machine, settings, software), then energy
/// and time per step of the workloads that both hold, with `b` over `a` for each.
Table profile_difference_table(const MachineProfile& a, const MachineProfile& b);
Json profile_difference_to_json(const MachineProfile& a, const MachineProfile& b);

}  // namespace isojoule
