// The keys of a context that the program itself writes or reads. A record and a profile say there
// what else is known, text to text; other keys are the user's, kept and compared as they are. The
// attributes of a window that a training sends have keys of the same names.
#pragma once

#include <map>
#include <optional>
#include <string>

namespace isojoule {

inline constexpr const char* kDeviceContext = "device";    ///< "cpu", "cuda", "cuda:1"
inline constexpr const char* kThreadsContext = "threads";  ///< of the CPU: "2"
inline constexpr const char* kTorchContext = "torch";      ///< version of LibTorch: "2.5.1"

/// Id of the campaign that made the record.
inline constexpr const char* kCampaignContext = "campaign";
/// How others disturbed the run, in words; only of one that was disturbed.
inline constexpr const char* kDisturbedContext = "disturbed";
/// The trace whose readings were played instead of reading sensors: what was measured is then not
/// what the command used.
inline constexpr const char* kReplayContext = "replay_of";
/// The log of another tool that the record's trace was made of: "nvidia-smi log power.csv".
inline constexpr const char* kImportContext = "imported_from";
/// Ids of the records of a job's ranks that the record was merged from.
inline constexpr const char* kMergedContext = "merged_from";

/// What stands under a key; empty: nothing does.
///
///   if (const auto device = context_value(profile.context, kDeviceContext)) ...
inline std::optional<std::string> context_value(const std::map<std::string, std::string>& context,
                                                const char* key) {
  const auto found = context.find(key);
  if (found == context.end()) return std::nullopt;
  return found->second;
}

}  // namespace isojoule
