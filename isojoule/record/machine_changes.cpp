#include "isojoule/record/machine_changes.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace isojoule {
namespace {

constexpr const char* kUnknown = "unknown";

bool is_board(const std::string& part) { return part.starts_with("gpu-"); }

/// Whether a part is what the profile's energies are of.
bool is_of_scope(const MachineSetting& setting, Scope scope) {
  const bool of_gpu = is_board(setting.part);
  const bool about_gpu =
      scope == Scope::gpu || scope == Scope::gpu_memory || scope == Scope::module;
  return scope == Scope::node || of_gpu == about_gpu;
}

/// Whether another value of this setting makes energies of that scope another machine's.
bool invalidates(const MachineSetting& setting, Scope scope) {
  return setting.name != "driver" && is_of_scope(setting, scope);
}

std::string value_now(const std::string& part, const std::string& name, const HostInfo& now) {
  const auto found = std::ranges::find_if(now.settings, [&](const MachineSetting& setting) {
    return setting.part == part && setting.name == name;
  });
  return found == now.settings.end() ? kUnknown : found->value;
}

struct BoardOfHost {
  std::string part;   ///< "gpu-GPU-8f6a..."
  std::string model;  ///< empty: not known
};

/// The boards that tell their settings, in the order of their places.
std::vector<BoardOfHost> boards_of(const HostInfo& host) {
  std::vector<BoardOfHost> boards;
  std::vector<std::string> parts;
  for (const MachineSetting& setting : host.settings) {
    if (!is_board(setting.part) || std::ranges::find(parts, setting.part) != parts.end()) continue;
    parts.push_back(setting.part);
    boards.push_back({setting.part, ""});
  }
  if (parts.size() != host.gpus.size()) return boards;
  // HostInfo::gpus stand in the order of their parts (gpu_names).
  std::ranges::sort(parts);
  for (BoardOfHost& board : boards)
    board.model =
        host.gpus[static_cast<std::size_t>(std::ranges::find(parts, board.part) - parts.begin())];
  return boards;
}

/// Which board now stands where another stood, by the part then: of the same model, else the next
/// that is new.
std::map<std::string, BoardOfHost> replaced_boards(const HostInfo& then, const HostInfo& now) {
  std::vector<BoardOfHost> gone = boards_of(then);
  std::vector<BoardOfHost> fresh = boards_of(now);
  const auto erase_known = [](std::vector<BoardOfHost>& boards,
                              const std::vector<BoardOfHost>& known) {
    std::erase_if(boards, [&known](const BoardOfHost& board) {
      return std::ranges::find(known, board.part, &BoardOfHost::part) != known.end();
    });
  };
  erase_known(gone, boards_of(now));
  erase_known(fresh, boards_of(then));
  std::map<std::string, BoardOfHost> replaced;
  for (const bool by_model : {true, false}) {
    for (const BoardOfHost& board : gone) {
      if (replaced.contains(board.part)) continue;
      const auto found = std::ranges::find_if(fresh, [&](const BoardOfHost& other) {
        return !by_model || (!board.model.empty() && other.model == board.model);
      });
      if (found == fresh.end()) continue;
      replaced.emplace(board.part, *found);
      fresh.erase(found);
    }
  }
  return replaced;
}

}  // namespace

std::map<std::string, std::string> machine_in_words(const HostInfo& host) {
  return {{"CPU", host.cpu_model.empty() ? kUnknown : host.cpu_model},
          {"hardware threads",
           host.hardware_threads ? std::to_string(*host.hardware_threads) : kUnknown},
          {"GPUs", host.gpus.empty() ? "none" : fmt::format("{}", fmt::join(host.gpus, " + "))}};
}

std::vector<MachineChange> setting_changes(const HostInfo& then, const HostInfo& now, Scope scope) {
  std::vector<MachineChange> changes;
  const std::map<std::string, BoardOfHost> replaced = replaced_boards(then, now);
  for (const auto& [part, board] : replaced) changes.push_back({"board", part, board.part, false});
  for (const MachineSetting& setting : then.settings) {
    const auto board = replaced.find(setting.part);
    const std::string today =
        value_now(board == replaced.end() ? setting.part : board->second.part, setting.name, now);
    if (today != setting.value)
      changes.push_back({setting.name + " of " + setting.part, setting.value, today,
                         today != kUnknown && invalidates(setting, scope)});
  }
  return changes;
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
  const auto words_then = machine_in_words(host);
  const auto words_now = machine_in_words(now);
  for (const char* what : {"CPU", "hardware threads"})
    compare(what, words_then.at(what), words_now.at(what), true);
  if (profile.basis.scope != Scope::package || !host.gpus.empty())
    compare("GPUs", words_then.at("GPUs"), words_now.at("GPUs"), true);
  for (MachineChange& change : setting_changes(host, now, profile.basis.scope))
    changes.push_back(std::move(change));
  const auto torch = context_value(profile.context, kTorchContext);
  const auto torch_now = context_value(context, kTorchContext);
  if (torch && torch_now) compare(kTorchContext, *torch, *torch_now, false);
  return changes;
}

bool is_stale(std::span<const MachineChange> changes) {
  return std::ranges::any_of(changes, &MachineChange::invalidates);
}

std::string to_string(const MachineChange& change) {
  return fmt::format("{}: {} then, {} now", change.what, change.then, change.now);
}

}  // namespace isojoule
