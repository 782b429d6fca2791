#include "isojoule/campaign/campaign_plan.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/core/error.hpp"
#include "isojoule/core/text.hpp"
#include "isojoule/stats/random.hpp"

namespace isojoule {
namespace {

[[noreturn]] void refuse(const std::string& what) { throw Error(ErrorCode::usage, what); }

void check_training(const Training& training) {
  const std::string name = "workload '" + training.workload + "'";
  const auto one_of = [&name](const std::string& what, const std::string& value,
                              const std::vector<std::string>& known) {
    if (std::ranges::find(known, value) == known.end())
      throw unknown_name(what + " of " + name, value, known);
  };
  one_of("protocol", training.protocol, {"steps", "paper"});
  one_of("mode", training.mode, {"train", "test", "forward"});
  try {
    training_command(training);
  } catch (const Error& error) {
    throw Error(error.code(), name + ": " + error.what());
  }
  if (training.protocol == "paper" && training.data.empty())
    refuse(name +
           ": the protocol paper needs a dataset; name its folder as data (isojoule-train "
           "make-dataset makes one)");
  if (training.steps < 1 || training.warmup < 0 || training.epochs < 1 ||
      training.threads.value_or(1) < 1)
    refuse(name + ": steps, epochs and threads must be at least 1, warmup at least 0");
}

/// All but the profile at its end.
void check_runs(const CampaignPlan& plan) {
  if (plan.items.empty())
    refuse("plan '" + plan.name + "' has no workloads; name some, or give commands");
  std::set<std::string> names;
  for (const CampaignItem& item : plan.items) {
    if (item.name.empty()) refuse("plan '" + plan.name + "': each workload needs a name");
    if (!names.insert(item.name).second)
      refuse("plan '" + plan.name + "' has " + item.name +
             " twice; say how often it is run by repeats");
    if (item.repeats < 1) refuse(item.name + ": repeats must be at least 1");
    if (item.training) check_training(*item.training);
    if (!item.training && item.command.empty())
      refuse(item.name + ": run must be the command's words, at least one");
  }
  if (plan.contention.reruns < 0 || plan.contention.others < 0.0 || plan.contention.steal < 0.0)
    refuse("plan '" + plan.name + "': reruns, others and steal must not be negative");
}

/// In what two trainings differ that one profile cannot hold, in words.
std::vector<std::string> conflicts(const Training& a, const Training& b) {
  std::vector<std::string> found;
  const auto compare = [&found](const char* what, const std::string& left,
                                const std::string& right) {
    if (left != right) found.push_back(fmt::format("{} {} against {}", what, left, right));
  };
  const auto threads = [](const Training& training) {
    return training.threads ? std::to_string(*training.threads) : "all";
  };
  compare("protocol", a.protocol, b.protocol);
  compare("mode", a.mode, b.mode);
  compare("precision", a.precision, b.precision);
  compare("device", a.device, b.device);
  compare("threads", threads(a), threads(b));
  return found;
}

void check_profile(const CampaignPlan& plan) {
  if (plan.profile.empty()) return;
  if (!is_plain_name(plan.profile))
    refuse("profile name '" + plan.profile + "' must be letters, digits, '.', '_' and '-'");
  const CampaignItem* first = nullptr;
  for (const CampaignItem& item : plan.items) {
    if (!item.training) continue;
    if (first == nullptr) first = &item;
    const std::vector<std::string> found = conflicts(*first->training, *item.training);
    if (!found.empty())
      refuse(
          fmt::format("plan '{}' ends in a profile, and one profile cannot hold both {} and {}: "
                      "{}; make a plan of each, or none with a profile",
                      plan.name, first->name, item.name, fmt::join(found, ", ")));
  }
  if (first == nullptr)
    refuse("plan '" + plan.name + "': a profile needs at least one workload of isojoule-train");
}

Json training_to_json(const Training& training) {
  return Json{{"workload", training.workload},
              {"protocol", training.protocol},
              {"mode", training.mode},
              {"steps", training.steps},
              {"warmup", training.warmup},
              {"at_least_s", training.at_least.in(second)},
              {"epochs", training.epochs},
              {"data", training.data.empty() ? Json(nullptr) : Json(training.data.string())},
              {"device", training.device},
              {"precision", training.precision},
              {"threads", or_null(training.threads)},
              {"seed", training.seed}};
}

Training training_from_json(const Json& json) {
  Training training;
  training.workload = required<std::string>(json, "workload");
  training.protocol = required<std::string>(json, "protocol");
  training.mode = required<std::string>(json, "mode");
  training.steps = required<long>(json, "steps");
  training.warmup = required<long>(json, "warmup");
  training.at_least = required<double>(json, "at_least_s") * second;
  training.epochs = required<int>(json, "epochs");
  training.data = maybe<std::string>(json, "data").value_or("");
  training.device = required<std::string>(json, "device");
  training.precision = required<std::string>(json, "precision");
  training.threads = maybe<int>(json, "threads");
  training.seed = required<std::uint64_t>(json, "seed");
  return training;
}

Json item_to_json(const CampaignItem& item) {
  return Json{{"name", item.name},
              {"training", item.training ? training_to_json(*item.training) : Json(nullptr)},
              {"command", item.command},
              {"cost", item.cost ? cost_to_json(*item.cost) : Json(nullptr)},
              {"samples", or_null(item.samples)},
              {"device", item.device},
              {"repeats", item.repeats}};
}

CampaignItem item_from_json(const Json& json) {
  CampaignItem item;
  item.name = required<std::string>(json, "name");
  item.training = maybe_member(json, "training", training_from_json);
  item.command = required<std::vector<std::string>>(json, "command");
  item.cost = maybe_member(json, "cost", cost_from_json);
  item.samples = maybe<std::uint64_t>(json, "samples");
  item.device = required<std::string>(json, "device");
  item.repeats = required<int>(json, "repeats");
  return item;
}

CampaignPlan read_plan(const Json& json) {
  CampaignPlan plan;
  plan.name = required<std::string>(json, "name");
  plan.items = required_array(json, "items", item_from_json);
  plan.shuffled = required<bool>(json, "shuffled");
  plan.seed = required<std::uint64_t>(json, "seed");
  plan.idle = required<double>(json, "idle_s") * second;
  plan.cooling = {required<double>(json, "cooling_s") * second,
                  required<bool>(json, "cooling_to_rest"),
                  required<double>(json, "cooling_longest_s") * second};
  plan.contention = {required<double>(json, "others"), required<double>(json, "steal"),
                     required<int>(json, "reruns")};
  plan.profile = required<std::string>(json, "profile");
  check_runs(plan);
  return plan;
}

}  // namespace

CampaignItem reference_item(const std::string& id, const Training& settings, int repeats) {
  const Workload& workload = find_reference_workload(id);
  CampaignItem item{id, settings, {}, workload.cost, std::nullopt, settings.device, repeats};
  item.training->workload = id;
  return item;
}

std::vector<PlannedCell> planned_cells(const CampaignPlan& plan) {
  const int rounds = std::ranges::max(plan.items, {}, &CampaignItem::repeats).repeats;
  std::vector<PlannedCell> cells;
  for (int repeat = 1; repeat <= rounds; ++repeat) {
    std::vector<std::size_t> items(plan.items.size());
    std::iota(items.begin(), items.end(), std::size_t{0});
    if (plan.shuffled)
      Random(derive_seed({plan.seed, static_cast<std::uint64_t>(repeat)}))
          .shuffle(std::span<std::size_t>(items));
    for (const std::size_t item : items) {
      if (repeat <= plan.items[item].repeats) cells.push_back({item, repeat});
    }
  }
  return cells;
}

void check_plan(const CampaignPlan& plan) {
  check_runs(plan);
  check_profile(plan);
}

Json plan_to_json(const CampaignPlan& plan) {
  return with_valid_utf8(Json{{"name", plan.name},
                              {"items", json_array(plan.items, item_to_json)},
                              {"shuffled", plan.shuffled},
                              {"seed", plan.seed},
                              {"idle_s", plan.idle.in(second)},
                              {"cooling_s", plan.cooling.time.in(second)},
                              {"cooling_to_rest", plan.cooling.to_rest},
                              {"cooling_longest_s", plan.cooling.longest.in(second)},
                              {"others", plan.contention.others},
                              {"steal", plan.contention.steal},
                              {"reruns", plan.contention.reruns},
                              {"profile", plan.profile}});
}

CampaignPlan plan_from_json(const Json& json, const std::string& where) {
  if (!json.is_object()) throw Error(ErrorCode::bad_input, where + ": its plan is no JSON object");
  return read_within(where, [&json] { return read_plan(json); });
}

}  // namespace isojoule
