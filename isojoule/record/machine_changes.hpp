// What is otherwise on a machine than when its profile was made.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "isojoule/core/host_info.hpp"
#include "isojoule/record/machine_profile.hpp"

namespace isojoule {

/// One thing that changed. A profile with a change that `invalidates` is no longer one of the
/// machine as it is; any other is to be told beside a result.
struct MachineChange {
  std::string what;  ///< "power limit of gpu-GPU-8f6a", "torch"
  std::string then;  ///< when the profile was made
  std::string now;   ///< "unknown" where it is not told any more
  bool invalidates = false;

  friend bool operator==(const MachineChange&, const MachineChange&) = default;
};

/// Compares a profile with a machine as it is (or as it was when something else was measured on
/// it):
///
///   CPU, hardware threads, GPUs (their models)             invalidate
///   power limit, clocks, ECC, MIG of a board; governor,    invalidate, if they are of what the
///     boost, frequency limit of the CPU                      profile's energies are of (a GPU's,
///                                                            the CPU's); else they are told
///   a board in another's place, driver, torch              are told
///
/// A board that is gone is compared with the one that came for it: of the same model, else the next
/// new one. What is not told any more is told, and does not invalidate. What the profile does not
/// tell is no change: profiles of version 1 had no settings. `context` has what is known of the
/// software now: kTorchContext.
std::vector<MachineChange> machine_changes(const MachineProfile& profile, const HostInfo& now,
                                           const std::map<std::string, std::string>& context);

/// What a machine is, each in words: "CPU", "hardware threads", "GPUs"; "unknown" where that is so.
std::map<std::string, std::string> machine_in_words(const HostInfo& host);

/// The settings and boards among them; those invalidate that make energies of that scope another
/// machine's.
std::vector<MachineChange> setting_changes(const HostInfo& then, const HostInfo& now, Scope scope);

/// Whether they make the profile stale: one of them invalidates it.
bool is_stale(std::span<const MachineChange> changes);

/// "power limit of gpu-GPU-8f6a: 300 W then, 250 W now".
std::string to_string(const MachineChange& change);

}  // namespace isojoule
