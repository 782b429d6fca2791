#include "isojoule/record/machine_changes.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace isojoule {
namespace {

constexpr const char* kUnknown = "unknown";

std::string or_unknown(const std::string& text) { return text.empty() ? kUnknown : text; }

std::string threads_text(const std::optional<int>& threads) {
  return threads ? std::to_string(*threads) : kUnknown;
}

std::string names_text(const std::vector<std::string>& names) {
  return names.empty() ? "none" : fmt::format("{}", fmt::join(names, " + "));
}

/// Whether a part is what the profile's energies are of.
bool is_of_scope(const MachineSetting& setting, Scope scope) {
  const bool of_gpu = setting.part.starts_with("gpu-");
  const bool about_gpu =
      scope == Scope::gpu || scope == Scope::gpu_memory || scope == Scope::module;
  return scope == Scope::node || of_gpu == about_gpu;
}

std::string value_now(const MachineSetting& then, const HostInfo& now) {
  const auto found = std::ranges::find_if(now.settings, [&then](const MachineSetting& setting) {
    return setting.part == then.part && setting.name == then.name;
  });
  return found == now.settings.end() ? kUnknown : found->value;
}

}  // namespace

bool invalidates(const MachineSetting& setting, Scope scope) {
  return setting.name != "driver" && is_of_scope(setting, scope);
}

std::vector<MachineChange> machine_changes(const MachineProfile& profile, const HostInfo& now,
                                           const std::map<std::string, std::string>& context) {
  std::vector<MachineChange> changes;
  const auto compare = [&changes](const std::string& what, const std::string& then,
                                  const std::string& today, bool invalidates) {
    if (then != today && then != kUnknown)
      changes.push_back({what, then, today, invalidates && today != kUnknown});
  };
  const HostInfo& host = profile.host;
  compare("CPU", or_unknown(host.cpu_model), or_unknown(now.cpu_model), true);
  compare("hardware threads", threads_text(host.hardware_threads),
          threads_text(now.hardware_threads), true);
  if (profile.basis.scope != Scope::package || !host.gpus.empty())
    compare("GPUs", names_text(host.gpus), names_text(now.gpus), true);
  for (const MachineSetting& setting : host.settings) {
    const std::string today = value_now(setting, now);
    compare(setting.name + " of " + setting.part, setting.value, today,
            invalidates(setting, profile.basis.scope));
  }
  const auto torch = profile.context.find("torch");
  const auto torch_now = context.find("torch");
  if (torch != profile.context.end() && torch_now != context.end())
    compare("torch", torch->second, torch_now->second, false);
  return changes;
}

std::string to_string(const MachineChange& change) {
  return fmt::format("{}: {} then, {} now", change.what, change.then, change.now);
}

}  // namespace isojoule
