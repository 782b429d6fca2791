// What is said of campaigns while they run.
#pragma once

#include <string>
#include <vector>

#include "isojoule/app/trainings.hpp"
#include "isojoule/campaign/campaign.hpp"
#include "isojoule/campaign/forecast.hpp"
#include "isojoule/core/json.hpp"
#include "isojoule/page/table.hpp"
#include "isojoule/report/campaign_tables.hpp"

namespace isojoule {

/// "about 3 min 10 s and the unknown time of mine"; "duration unknown" where nothing is known, "no
/// time at all" of no runs. More than three unknown items are counted.
std::string forecast_text(const ForecastTime& time);

/// Of these runs: "about 3 min 10 s (by the times of NAME)", NAME being the profile that the
/// forecast is based on.
std::string forecast_text(const Forecast& forecast, const std::vector<PlannedCell>& cells);

/// How a run ended: "0.532 J (sd 0.012 J) and 35.0 ms per step, measured"; without an energy per
/// step its whole energy and why; "skipped: does not fit". `record` may be null: nothing was run.
std::string run_text(const CampaignCell& cell, const Record* record);

/// "40 done, 2 skipped, 1 failed, 3 left": what is 0 is not named, except of what is done.
std::string counts_text(const CampaignEnd& end);

/// What would be run, a line for each workload, and for how long.
Table plan_table(const CampaignPlan& plan, const ProfileShelf& shelf);

/// The same as JSON, of the schema isojoule.campaign_plan/1: times as {"known_s", "unknown":
/// [names]}.
Json plan_to_show(const CampaignPlan& plan, const ProfileShelf& shelf);

/// {"schema", "id", "name", "created", "planned_runs", "plan", "cells": [{"workload", "repeat",
/// "state",
///  "record", "reason", "attempts", "took_s"}]}; "planned_runs" is null where the plan cannot be
/// read.
Json campaign_to_json(const ListedCampaign& listed);

}  // namespace isojoule
