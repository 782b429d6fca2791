#include "isojoule/report/campaign_tables.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/page/quantity_text.hpp"
#include "isojoule/stats/spread.hpp"

namespace isojoule {
namespace {

using Align = Column::Align;
using State = CampaignCell::State;

std::size_t count(const std::vector<CampaignCell>& cells, State state) {
  return static_cast<std::size_t>(std::ranges::count(cells, state, &CampaignCell::state));
}

std::string energy_text(const std::vector<StepEnergy>& energies) {
  std::vector<double> joules;
  for (const StepEnergy& energy : energies) joules.push_back(energy.per_step.in(joule));
  const auto middle = median(joules);
  if (!middle) return "-";
  const auto sd = standard_deviation(joules);
  return to_text(*middle * joule) + (sd ? fmt::format(" (sd {})", to_text(*sd * joule)) : "");
}

std::string time_text(const std::vector<StepEnergy>& energies) {
  std::vector<double> seconds;
  for (const StepEnergy& energy : energies) seconds.push_back(energy.duration_per_step.in(second));
  const auto middle = median(seconds);
  return middle ? to_text(*middle * second) : "-";
}

std::string kind_text(const std::vector<StepEnergy>& energies) {
  if (energies.empty()) return "-";
  const bool modelled = std::ranges::any_of(
      energies, [](const StepEnergy& energy) { return energy.basis.kind == Kind::modelled; });
  return std::string(to_string(modelled ? Kind::modelled : Kind::measured));
}

/// Each reason once, with the state it belongs to.
std::string remarks(const std::vector<CampaignCell>& cells) {
  std::vector<std::string> texts;
  for (const CampaignCell& cell : cells) {
    if (cell.reason.empty()) continue;
    const std::string text = fmt::format(
        "{}: {}", cell.state == State::done ? "disturbed" : to_string(cell.state), cell.reason);
    if (std::ranges::find(texts, text) == texts.end()) texts.push_back(text);
  }
  return fmt::format("{}", fmt::join(texts, "; "));
}

}  // namespace

Table campaign_table(const CampaignEntry& campaign, const std::vector<CampaignRow>& rows) {
  Table table;
  table.title =
      fmt::format("campaign {}  {}  started {}", campaign.id, campaign.name, campaign.created);
  table.columns = {{"workload"},
                   {"runs", Align::right},
                   {"energy per step", Align::right},
                   {"time per step", Align::right},
                   {"kind"},
                   {"remarks"}};
  for (const CampaignRow& row : rows)
    table.rows.push_back({row.workload,
                          fmt::format("{} of {}", count(row.cells, State::done), row.planned),
                          energy_text(row.energies), time_text(row.energies),
                          kind_text(row.energies), remarks(row.cells)});
  return table;
}

Table campaigns_table(const std::vector<ListedCampaign>& campaigns) {
  Table table;
  table.columns = {{"campaign"},
                   {"plan"},
                   {"started (UTC)"},
                   {"runs", Align::right},
                   {"done", Align::right},
                   {"skipped", Align::right},
                   {"failed", Align::right}};
  for (const auto& [campaign, planned, trouble] : campaigns) {
    table.rows.push_back({campaign.id, campaign.name, campaign.created,
                          planned ? std::to_string(*planned) : "unknown",
                          std::to_string(count(campaign.cells, State::done)),
                          std::to_string(count(campaign.cells, State::skipped)),
                          std::to_string(count(campaign.cells, State::failed))});
    if (!planned) table.notes.push_back(trouble + ".");
  }
  if (campaigns.empty())
    table.notes.emplace_back("No campaigns yet. Begin one with isojoule campaign run references.");
  return table;
}

}  // namespace isojoule
