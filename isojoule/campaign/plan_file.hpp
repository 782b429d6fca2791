// Plans as people name and write them: presets, and TOML files (docs/campaigns.md).
#pragma once

#include <optional>
#include <span>
#include <string>

#include "isojoule/campaign/campaign_plan.hpp"
#include "isojoule/core/files.hpp"

namespace isojoule {

/// A plan that is known by its name: "references", "quick", "paper", "dual".
struct PresetPlan {
  std::string name;
  std::string summary;  ///< one line for people
  CampaignPlan plan;
};

/// Valid as long as the program runs. "paper" has no data yet: who runs it names some.
std::span<const PresetPlan> preset_plans();

/// Settings that replace those of a plan's trainings, or of all that it runs.
struct PlanChanges {
  std::vector<std::string> workloads;  ///< ids or lists to train instead of the plan's items. What
                                       ///< the plan has of them stays as it is there
  std::optional<long> steps;
  std::optional<long> warmup;
  std::optional<Duration> at_least;
  std::optional<int> epochs;
  std::optional<std::string> protocol;
  std::optional<std::string> mode;
  std::optional<std::string> precision;
  std::optional<std::string> data;
  std::optional<std::string> device;
  std::optional<int> threads;
  std::optional<std::uint64_t> seed;  ///< of the order and of the trainings
  std::optional<int> repeats;
  std::optional<Duration> idle;
  std::optional<int> reruns;
  std::optional<std::string> profile;
};

/// The preset of that name, or the TOML file (a name with a '/' or that ends in .toml), with the
/// changes. Throws Error(unknown_name) for another name; Error(io) for a file that cannot be read;
/// Error(bad_input), naming the file and the line, for what is no TOML, a key that is not known or
/// a value of the wrong type; and as check_plan does. A relative path of data or of a command's
/// directory is one beside the file.
CampaignPlan find_campaign_plan(const std::string& name_or_file, const PlanChanges& changes = {},
                                Files& files = real_files());

/// A plan as it is written.
struct WrittenPlan {
  CampaignPlan plan;
  Training training;  ///< how it trains what it does not list
  int repeats = 1;    ///< likewise
};

/// A plan of TOML text; `file` names it in errors and is what relative paths are beside. It is not
/// checked yet: changes may still make it one that can be run.
WrittenPlan plan_from_toml(const std::string& text, const std::filesystem::path& file);

}  // namespace isojoule
