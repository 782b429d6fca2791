#include "isojoule/report/campaign_report.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "isojoule/page/data_builder.hpp"
#include "isojoule/page/quantity_text.hpp"
#include "isojoule/stats/quantile.hpp"

namespace isojoule {
namespace {

using Number = std::optional<double>;
using State = CampaignCell::State;

std::size_t planned_runs(const std::vector<CampaignRow>& rows) {
  std::size_t count = 0;
  for (const CampaignRow& row : rows) count += static_cast<std::size_t>(row.planned);
  return count;
}

std::size_t ended_runs(const std::vector<CampaignRow>& rows, State state) {
  std::size_t count = 0;
  for (const CampaignRow& row : rows)
    count += static_cast<std::size_t>(std::ranges::count(row.cells, state, &CampaignCell::state));
  return count;
}

Figure energies_figure(const std::vector<CampaignRow>& rows) {
  DataBuilder data;
  data.text("workload", "workload").text("kind", "kind").number("energy_j", "energy per step, J");
  data.number("median_j", "median, J")
      .number("lowest_j", "lowest, J")
      .number("highest_j", "highest, J");
  TextValues kinds;
  for (const CampaignRow& row : rows) {
    std::vector<double> energies;
    for (const StepEnergy& energy : row.energies) energies.push_back(energy.per_step.in(joule));
    const auto [least, most] =
        energies.empty()
            ? std::pair<Number, Number>{}
            : std::pair<Number, Number>{std::ranges::min(energies), std::ranges::max(energies)};
    for (const StepEnergy& energy : row.energies) {
      kinds.emplace_back(to_string(energy.basis.kind));
      data.row({row.workload, kinds.back(), Number(energy.per_step.in(joule)),
                quantile(energies, 0.5), least, most});
    }
  }
  Figure figure{"energies",
                "Energy per step.",
                "A point for each run that is done; bars go from the lowest to the highest.",
                "Points of energy per step for each workload.",
                data.take(),
                {{Glyph::interval, "workload", "lowest_j", {}, "highest_j"},
                 {Glyph::point, "workload", "energy_j", {}, {}, "kind"}},
                {"workload", Scale::category},
                {"energy per step, J", Scale::logarithmic}};
  figure.key = Keyring().entries("kind", distinct(kinds));
  return figure;
}

/// What others did, what was skipped and what failed.
Table trouble_table(const std::vector<CampaignRow>& rows) {
  Table table;
  table.title = "Skipped, failed, disturbed";
  table.columns = {{"workload"},
                   {"run", Column::Align::right},
                   {"state"},
                   {"attempts", Column::Align::right},
                   {"why"}};
  for (const CampaignRow& row : rows) {
    for (const CampaignCell& cell : row.cells) {
      if (cell.state == State::done && cell.reason.empty()) continue;
      table.rows.push_back({cell.workload, std::to_string(cell.repeat),
                            std::string(to_string(cell.state)), std::to_string(cell.attempts),
                            cell.reason});
    }
  }
  if (table.rows.empty()) table.notes.emplace_back("Nothing was skipped, failed or was disturbed.");
  return table;
}

}  // namespace

bool is_finished(const std::vector<CampaignRow>& rows) {
  return ended_runs(rows, State::done) + ended_runs(rows, State::skipped) >= planned_runs(rows);
}

Document make_campaign_document(const CampaignEntry& campaign, const std::vector<CampaignRow>& rows,
                                int refresh_seconds, const ReportOrigin& origin) {
  const std::size_t planned = planned_runs(rows);
  Document document;
  document.title = "Campaign: " + campaign.name;
  document.summary =
      fmt::format("Campaign {}, started {}: {} of {} runs done, {} skipped, {} failed. {}",
                  campaign.id, campaign.created, ended_runs(rows, State::done), planned,
                  ended_runs(rows, State::skipped), ended_runs(rows, State::failed),
                  is_finished(rows) ? "It is complete." : "It is not complete.");
  document.made_by = origin.program;
  document.refresh_seconds = is_finished(rows) ? 0 : refresh_seconds;
  Duration took{};
  for (const CampaignCell& cell : campaign.cells) took = took + cell.took;
  Section progress{"progress", "Progress", {}};
  progress.blocks.emplace_back(NamedTable{"progress", campaign_table(campaign, rows)});
  progress.blocks.emplace_back("The runs that have ended took " + to_text(took) + ".");
  Section energies{"energies", "Energies", {}};
  const bool any =
      std::ranges::any_of(rows, [](const CampaignRow& row) { return !row.energies.empty(); });
  if (any) {
    energies.blocks.emplace_back(energies_figure(rows));
  } else {
    energies.blocks.emplace_back("No run has an energy per step yet.");
  }
  Section methods{"methods", "Methods", {"Made by:"}};
  methods.blocks.emplace_back(Verbatim{origin.command});
  document.sections = {
      std::move(progress),
      {"trouble", "Skipped, failed, disturbed", {table_or_notes("trouble", trouble_table(rows))}},
      std::move(energies),
      std::move(methods)};
  return document;
}

}  // namespace isojoule
