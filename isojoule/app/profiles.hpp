// Profiles of this machine and of others.
#pragma once

#include <string>
#include <vector>

#include "isojoule/core/world.hpp"
#include "isojoule/record/machine_changes.hpp"
#include "isojoule/record/machine_profile.hpp"
#include "isojoule/record/store.hpp"

namespace isojoule {

/// What has changed on this machine since a profile of it was made: host, settings, software.
std::vector<MachineChange> changes_since(const World& world, const MachineProfile& profile);

/// Keeps profiles of other machines, as files hold them ("-" is standard input), and gives their
/// names. All are read before any is kept. Throws as read_profile does, Error(usage) for a name
/// that the store has already, unless `replace` is set.
std::vector<std::string> keep_profiles(Store& store, const std::vector<std::string>& files,
                                       bool replace);

}  // namespace isojoule
