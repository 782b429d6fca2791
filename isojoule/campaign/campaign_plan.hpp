// What a campaign runs, how often, in which order, and how disturbances are met.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "isojoule/core/cost.hpp"
#include "isojoule/core/json.hpp"
#include "isojoule/core/quantity.hpp"
#include "isojoule/workload/workload.hpp"

namespace isojoule {

/// One workload of a plan: a training of ours, or any command.
struct CampaignItem {
  std::string name;                  ///< the workload's id, or the command's name; unique in a plan
  std::optional<Training> training;  ///< of a workload of ours; its trainer is left to who runs it
  std::vector<std::string> command;  ///< of the user's own; empty for a training
  std::optional<Cost> cost;          ///< of a command, as stated; of a training, as counted
  std::optional<std::uint64_t> samples;  ///< of a command, as stated
  std::string device;                    ///< of a command: "cpu", "cuda:1"; empty: not known
  int repeats = 1;

  friend bool operator==(const CampaignItem&, const CampaignItem&) = default;
};

/// The item that trains a reference workload so. Throws Error(unknown_name) for another id.
CampaignItem reference_item(const std::string& id, const Training& settings, int repeats = 1);

/// The rest between two runs.
struct Cooling {
  Duration time{};       ///< at least so long
  bool to_rest = false;  ///< until the boards are as cool as when the campaign began...
  Duration longest = 300.0 * second;  ///< ...but no longer than this

  friend bool operator==(const Cooling&, const Cooling&) = default;
};

/// From where on others count as a disturbance, and what is done about it.
struct ContentionLimits {
  double others = 0.05;  ///< CPU time of processes that are not ours, as a share of the machine's
  double steal = 0.02;   ///< CPU time that the hypervisor gave to others, likewise
  int reruns = 1;        ///< how often a disturbed run is repeated; 0: it is only flagged

  friend bool operator==(const ContentionLimits&, const ContentionLimits&) = default;
};

struct CampaignPlan {
  std::string name;
  std::vector<CampaignItem> items;  ///< at least one
  bool shuffled = true;             ///< each round of repeats in a random order of its own; else
                                    ///< as listed
  std::uint64_t seed = 1;           ///< of the order
  Duration idle{};                  ///< at rest before and after each run, measured
  Cooling cooling;
  ContentionLimits contention;
  std::string profile;  ///< name of the profile that is made at the end; "auto": after the machine;
                        ///< empty: none is made

  friend bool operator==(const CampaignPlan&, const CampaignPlan&) = default;
};

/// A run of an item of the plan.
struct PlannedCell {
  std::size_t item = 0;  ///< its place in the plan
  int repeat = 1;        ///< from 1

  friend bool operator==(const PlannedCell&, const PlannedCell&) = default;
};

/// All runs in their order: round after round, each of which has every item once that has so many
/// repeats, so that a drift of the machine meets all workloads alike and a campaign that is broken
/// off has nearly as many repeats of each. The same plan gives the same order everywhere.
std::vector<PlannedCell> planned_cells(const CampaignPlan& plan);

/// Throws Error(usage) for a plan that cannot be run: no items, a name that stands twice, the
/// protocol "paper" without data, a number that is not positive where it must be; a profile at the
/// end of trainings that differ in protocol, mode, precision, device or threads.
void check_plan(const CampaignPlan& plan);

/// As the store keeps a plan. The trainer's path is not part of it: it belongs to the installation.
Json plan_to_json(const CampaignPlan& plan);
/// Throws Error(bad_input), naming `where`, also for a plan that cannot be run.
CampaignPlan plan_from_json(const Json& json, const std::string& where);

}  // namespace isojoule
