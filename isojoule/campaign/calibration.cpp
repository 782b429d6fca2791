#include "isojoule/campaign/calibration.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

#include <fmt/format.h>

#include "isojoule/campaign/campaign_plan.hpp"
#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

/// Lower case letters, digits and single hyphens; marks such as "(R)" are left out.
std::string slug(const std::string& text) {
  std::string result;
  bool in_brackets = false;
  for (const char c : text) {
    if (c == '(' || c == '@') in_brackets = true;
    const auto byte = static_cast<unsigned char>(c);
    if (!in_brackets && std::isalnum(byte) != 0) {
      result += static_cast<char>(std::tolower(byte));
    } else if (!result.empty() && result.back() != '-') {
      result += '-';
    }
    if (c == ')') in_brackets = false;
  }
  while (result.ends_with('-')) result.pop_back();
  return result;
}

/// What differs from a training by the protocol steps in single precision.
std::vector<std::string> departures(const Training& training) {
  std::vector<std::string> found;
  if (training.protocol != "steps") found.push_back(training.protocol);
  if (training.mode != "train") found.push_back(training.mode);
  if (training.precision != "float32") found.push_back(training.precision);
  return found;
}

bool on_gpu(const Training& training) { return training.device.starts_with("cuda"); }

}  // namespace

MachineProfile campaign_profile(const StoreReader& store, const CampaignEntry& campaign,
                                const std::string& name) {
  const CampaignPlan plan = plan_from_json(campaign.plan, "campaign " + campaign.id);
  std::vector<Record> records;
  std::optional<Training> asked;
  for (const CampaignCell& cell : campaign.cells) {
    const auto item = std::ranges::find(plan.items, cell.workload, &CampaignItem::name);
    if (item == plan.items.end() || !item->training || cell.state != CampaignCell::State::done)
      continue;
    records.push_back(store.record(cell.record));
    asked = item->training;
  }
  if (!asked)
    throw Error(ErrorCode::bad_input,
                "campaign " + campaign.id + " has measured no training of isojoule-train yet");
  const Training trained = as_trained(records.front(), *asked);
  return make_profile(name == "auto" ? suggest_profile_name(records.front().host, trained) : name,
                      describe_condition(trained), records);
}

Training as_trained(const Record& record, const Training& asked) {
  Training trained = asked;
  const Outcome<const Window*> steps = steps_window(record);
  if (!steps) return trained;
  const std::string text = context_value((*steps)->attributes, kThreadsContext).value_or("");
  int threads = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), threads);
  if (error == std::errc{} && end == text.data() + text.size() && threads > 0)
    trained.threads = threads;
  return trained;
}

std::string suggest_profile_name(const HostInfo& host, const Training& training) {
  std::string name = slug(host.cpu_model.empty() ? "cpu" : host.cpu_model);
  if (on_gpu(training) && !host.gpus.empty()) {
    name = slug(host.gpus.front());
  } else {
    if (!host.hypervisor.empty()) name += "-vm";
    if (training.threads)
      name += fmt::format("-{}thread{}", *training.threads, *training.threads == 1 ? "" : "s");
  }
  for (const std::string& departure : departures(training)) name += "-" + departure;
  return name;
}

std::string describe_condition(const Training& training) {
  std::string text = training.device;
  if (training.threads)
    text += fmt::format(", {} thread{}", *training.threads, *training.threads == 1 ? "" : "s");
  for (const std::string& departure : departures(training)) text += ", " + departure;
  return text;
}

}  // namespace isojoule
