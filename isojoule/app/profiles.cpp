#include "isojoule/app/profiles.hpp"

#include <map>
#include <optional>
#include <utility>

#include "isojoule/app/installation.hpp"
#include "isojoule/core/error.hpp"
#include "isojoule/record/context.hpp"
#include "isojoule/run/measure_command.hpp"
#include "isojoule/store/open_store.hpp"

namespace isojoule {
namespace {

/// The LibTorch that trainings here would use; nothing where there is no trainer.
std::map<std::string, std::string> software_now() {
  const auto version = trainer_torch_version();
  return version ? std::map<std::string, std::string>{{"torch", *version}}
                 : std::map<std::string, std::string>{};
}

}  // namespace

std::unique_ptr<StoreReader> open_profiles(const World& world, const std::string& db_option) {
  if (db_option.empty() && !default_store_file(*world.environment)) return empty_store();
  return open_store_to_read(store_url(world, db_option));
}

std::vector<ListedProfile> list_profiles(const ProfileShelf& shelf) {
  std::vector<ListedProfile> profiles;
  for (MachineProfile& profile : shelf.store.profiles())
    profiles.push_back({std::move(profile), "store"});
  for (const MachineProfile& profile : shelf.bundled) profiles.push_back({profile, "bundled"});
  return profiles;
}

Json listed_profile_to_json(const ListedProfile& listed) {
  Json json = profile_to_json(listed.profile);
  json["kept_in"] = listed.kept_in;
  return json;
}

std::vector<MachineChange> changes_since(const World& world, const MachineProfile& profile) {
  const std::string device = context_value(profile.context, kDeviceContext).value_or("");
  return machine_changes(profile, host_now(world, device), software_now());
}

std::vector<std::string> keep_profiles(Store& store, const std::vector<std::string>& files,
                                       bool replace) {
  std::vector<MachineProfile> profiles;
  for (const std::string& file : files) profiles.push_back(read_profile(file));
  std::vector<std::string> names;
  for (const MachineProfile& profile : profiles) {
    names.push_back(profile.name);
    if (store.profile(profile.name) && !replace)
      throw Error(ErrorCode::usage, "the store has a profile '" + profile.name +
                                        "' already; --replace puts the new one in its place");
  }
  for (const MachineProfile& profile : profiles) store.put(profile);
  return names;
}

}  // namespace isojoule
