#include "isojoule/app/campaign_text.hpp"

#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/app/campaigns.hpp"
#include "isojoule/page/quantity_text.hpp"
#include "isojoule/report/record_tables.hpp"

namespace isojoule {
namespace {

Json cell_to_json(const CampaignCell& cell) {
  return Json{{"workload", cell.workload},
              {"repeat", cell.repeat},
              {"state", to_string(cell.state)},
              {"record", cell.record.empty() ? Json(nullptr) : Json(cell.record)},
              {"reason", cell.reason.empty() ? Json(nullptr) : Json(cell.reason)},
              {"attempts", cell.attempts},
              {"took_s", cell.took.in(second)}};
}

Json time_to_json(const ForecastTime& time) {
  return Json{{"known_s", time.time.in(second)}, {"unknown", time.unknown}};
}

}  // namespace

std::string forecast_text(const ForecastTime& time) {
  std::string text = time.time > Duration{} ? "about " + to_text(time.time) : "";
  if (time.unknown.empty()) return text.empty() ? "no time at all" : text;
  if (text.empty()) return "duration unknown";
  constexpr std::size_t kFew = 3;
  return time.unknown.size() > kFew
             ? fmt::format("{} and the unknown time of {} others", text, time.unknown.size())
             : fmt::format("{} and the unknown time of {}", text, fmt::join(time.unknown, ", "));
}

std::string forecast_text(const Forecast& forecast, const std::vector<PlannedCell>& cells) {
  const std::string by =
      forecast.stands_on().empty() ? "" : " (by the times of " + forecast.stands_on() + ")";
  return forecast_text(forecast.of(cells)) + by;
}

std::string run_text(const CampaignCell& cell, const Record* record) {
  if (cell.state != CampaignCell::State::done || record == nullptr)
    return fmt::format("{}: {}", to_string(cell.state), cell.reason);
  const auto energy = energy_per_step(*record, std::nullopt);
  if (energy)
    return energy_per_step_text(*energy) + " and " + to_text(energy->duration_per_step) +
           " per step, " + std::string(to_string(energy->basis.kind));
  const auto scope = default_scope(record->whole);
  const auto total = scope ? record->whole.total(*scope).value : std::nullopt;
  const std::string whole =
      total ? fmt::format("{} in {}, {}", to_text(total->energy), to_text(record->whole.elapsed),
                          to_string(total->kind))
            : "no known energy in " + to_text(record->whole.elapsed);
  return steps_window(*record) ? fmt::format("{}; no energy per step: {}", whole, energy.refused)
                               : whole;
}

std::string counts_text(const CampaignEnd& end) {
  std::string text = fmt::format("{} done", end.done);
  if (end.skipped > 0) text += fmt::format(", {} skipped", end.skipped);
  if (end.failed > 0) text += fmt::format(", {} failed", end.failed);
  if (end.left > 0) text += fmt::format(", {} left", end.left);
  return text;
}

Table plan_table(const CampaignPlan& plan, const ProfileShelf& shelf) {
  Table table;
  table.title = "plan " + plan.name;
  table.columns = {{"workload"}, {"runs", Column::Align::right}, {"each takes"}};
  const Forecast forecast = forecast_for(plan, shelf);
  for (std::size_t i = 0; i < plan.items.size(); ++i) {
    const std::vector<PlannedCell> one{{i, 1}};
    table.rows.push_back({plan.items[i].name, std::to_string(plan.items[i].repeats),
                          forecast_text(forecast.of(one))});
  }
  const auto cells = planned_cells(plan);
  table.notes.push_back(fmt::format("{} runs, {}.", cells.size(), forecast_text(forecast, cells)));
  return table;
}

Json plan_to_show(const CampaignPlan& plan, const ProfileShelf& shelf) {
  const Forecast forecast = forecast_for(plan, shelf);
  Json workloads = Json::array();
  for (std::size_t i = 0; i < plan.items.size(); ++i)
    workloads.push_back(
        Json{{"workload", plan.items[i].name},
             {"runs", plan.items[i].repeats},
             {"each_takes", time_to_json(forecast.of(std::vector<PlannedCell>{{i, 1}}))}});
  return Json{{"schema", schema_text("isojoule.campaign_plan", 1)},
              {"name", plan.name},
              {"workloads", std::move(workloads)},
              {"takes", time_to_json(forecast.of(planned_cells(plan)))}};
}

Json campaign_to_json(const ListedCampaign& listed) {
  const CampaignEntry& campaign = listed.campaign;
  return Json{{"schema", schema_text("isojoule.campaign", 1)},
              {"id", campaign.id},
              {"name", campaign.name},
              {"created", campaign.created},
              {"planned_runs", or_null(listed.planned)},
              {"plan", campaign.plan},
              {"cells", json_array(campaign.cells, cell_to_json)}};
}

}  // namespace isojoule
