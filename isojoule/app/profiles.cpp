#include "isojoule/app/profiles.hpp"

#include <map>
#include <optional>

#include "isojoule/app/installation.hpp"
#include "isojoule/core/error.hpp"
#include "isojoule/record/context.hpp"
#include "isojoule/run/measure_command.hpp"

namespace isojoule {
namespace {

/// The LibTorch that trainings here would use; nothing where there is no trainer.
std::map<std::string, std::string> software_now() {
  const auto version = trainer_torch_version();
  return version ? std::map<std::string, std::string>{{"torch", *version}}
                 : std::map<std::string, std::string>{};
}

}  // namespace

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
