// Profiles of this machine and of others.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "isojoule/app/trainings.hpp"
#include "isojoule/core/json.hpp"
#include "isojoule/core/world.hpp"
#include "isojoule/record/machine_changes.hpp"
#include "isojoule/record/machine_profile.hpp"
#include "isojoule/record/store.hpp"
#include "isojoule/report/profile_tables.hpp"

namespace isojoule {

/// The store to look for profiles in, as store_url names it: an empty one where there is no place
/// for any, since the bundled profiles need none. Throws as store_url and open_store_to_read do.
std::unique_ptr<StoreReader> open_profiles(const World& world, const std::string& db_option);

/// All profiles, each with where it is kept: those of the store, then the bundled ones.
std::vector<ListedProfile> list_profiles(const ProfileShelf& shelf);

/// As profile_to_json, with "kept_in": "store" or "bundled".
Json listed_profile_to_json(const ListedProfile& listed);

/// What has changed on this machine since a profile of it was made: host, settings, software.
std::vector<MachineChange> changes_since(const World& world, const MachineProfile& profile);

/// Keeps profiles of other machines, as files hold them ("-" is standard input), and gives their
/// names. All are read before any is kept. Throws as read_profile does, Error(usage) for a name
/// that the store has already, unless `replace` is set.
std::vector<std::string> keep_profiles(Store& store, const std::vector<std::string>& files,
                                       bool replace);

}  // namespace isojoule
