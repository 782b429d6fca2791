#include "isojoule/campaign/campaign.hpp"

#include <map>
#include <memory>

#include <fmt/format.h>

#include "isojoule/app/campaign_rows.hpp"
#include "isojoule/app/campaigns.hpp"
#include "isojoule/app/installation.hpp"
#include "isojoule/campaign/calibration.hpp"
#include "isojoule/core/error.hpp"
#include "isojoule/report/campaign_tables.hpp"
#include "isojoule/report/profile_tables.hpp"
#include "isojoule/store/open_store.hpp"

#include "campaign_runner.hpp"
#include "context.hpp"
#include "output.hpp"

namespace isojoule::cli {
namespace {

struct CampaignArguments {
  std::string plan;
  std::string campaign = "latest";
  std::string profile;
  std::string db;
  PlanChanges changes;
  bool dry_run = false;
  bool retry_skipped = false;
  bool json = false;
};

Json cell_to_json(const CampaignCell& cell) {
  return Json{{"workload", cell.workload},
              {"repeat", cell.repeat},
              {"state", to_string(cell.state)},
              {"record", cell.record.empty() ? Json(nullptr) : Json(cell.record)},
              {"reason", cell.reason.empty() ? Json(nullptr) : Json(cell.reason)},
              {"attempts", cell.attempts},
              {"took_s", cell.took.in(second)}};
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

void show(const StoreReader& store, const CampaignEntry& campaign, bool json) {
  if (json) {
    print(campaign_to_json({campaign, planned_cells(plan_of(campaign)).size()}));
  } else {
    print(campaign_table(campaign, campaign_rows(store, campaign)));
  }
}

/// What would be run, and for how long.
void show_plan(const CampaignPlan& plan, const StoreReader& store) {
  Table table;
  table.title = "plan " + plan.name;
  table.columns = {{"workload"}, {"runs", Column::Align::right}, {"each takes"}};
  const Forecast forecast = forecast_for(plan, shelf_of(store));
  for (std::size_t i = 0; i < plan.items.size(); ++i) {
    const std::vector<PlannedCell> one{{i, 1}};
    table.rows.push_back(
        {plan.items[i].name, std::to_string(plan.items[i].repeats), text_of(forecast.of(one))});
  }
  const auto cells = planned_cells(plan);
  table.notes.push_back(
      fmt::format("{} runs, {}.", cells.size(), text_with_source(forecast, cells)));
  print(table);
}

void run(Context& context, const CampaignArguments& options) {
  const CampaignPlan plan = find_campaign_plan(options.plan, options.changes);
  const auto url = store_url(context.world, options.db);
  if (options.dry_run) {
    show_plan(plan, *open_store_to_read(url));
    return;
  }
  const auto store = open_store(url);
  const CampaignEntry campaign = begin_campaign(*store, *context.world.clock, plan);
  run_and_show(context, *store, campaign);
  show(*store, store->campaign(campaign.id), options.json);
}

void resume(Context& context, const CampaignArguments& options) {
  const auto store = open_store(store_url(context.world, options.db));
  const CampaignEntry campaign = store->campaign(options.campaign);
  run_and_show(context, *store, campaign, options.retry_skipped);
  show(*store, store->campaign(campaign.id), options.json);
}

void make_profile_of(Context& context, const CampaignArguments& options) {
  const auto store = open_store(store_url(context.world, options.db));
  const CampaignEntry campaign = store->campaign(options.campaign);
  const MachineProfile profile =
      campaign_profile(*store, campaign, options.profile.empty() ? "auto" : options.profile);
  store->put(profile);
  if (options.json) {
    print(profile_to_json(profile));
  } else {
    print(profile_table(profile));
  }
}

void list(const Context& context, const CampaignArguments& options) {
  const auto store = open_store_to_read(store_url(context.world, options.db));
  const std::vector<ListedCampaign> listed = list_campaigns(*store);
  if (options.json) {
    print(json_array(listed, [](const ListedCampaign& entry) { return campaign_to_json(entry); }));
  } else {
    print(campaigns_table(listed));
  }
}

void add_common(CLI::App* command, CampaignArguments& options) {
  command->add_option("--db", options.db, "The store");
  command->add_flag("--json", options.json, "Print JSON");
}

void add_name(CLI::App* command, CampaignArguments& options) {
  command
      ->add_option("campaign", options.campaign,
                   "Its id or the beginning of one, its plan's name, or latest")
      ->capture_default_str();
}

CLI::App* add_run(CLI::App* parent, Context& context,
                  const std::shared_ptr<CampaignArguments>& options) {
  CLI::App* command = parent->add_subcommand("run", "Begin a campaign and run it");
  std::string presets;
  for (const PresetPlan& preset : preset_plans())
    presets += fmt::format("  {:<11} {}\n", preset.name, preset.summary);
  command->add_option("plan", options->plan, "A preset's name, or a TOML file")->required();
  add_plan_options(command, options->changes);
  command->add_option("--profile", options->changes.profile,
                      "Make a profile of that name at the end; auto: after the machine");
  command->add_flag("--dry-run", options->dry_run, "Only show what would be run, and for how long");
  add_common(command, *options);
  command->footer("Presets:\n" + presets +
                  "\nA run that others disturbed is repeated or flagged; one that does not fit is "
                  "skipped.\nInterrupted or killed, it resumes with isojoule campaign resume.\n\n"
                  "Example:\n  isojoule campaign run references --repeats 3 --idle 5s\n"
                  "  isojoule campaign run plan.toml --dry-run");
  command->callback([&context, options] { run(context, *options); });
  return command;
}

}  // namespace

void add_campaign(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand(
      "campaign", "Run the many trainings of a plan, and resume when interrupted");
  command->require_subcommand(1);
  auto options = std::make_shared<CampaignArguments>();
  add_run(command, context, options);

  CLI::App* resume_command =
      command->add_subcommand("resume", "Run what is left of a campaign, and what failed");
  add_name(resume_command, *options);
  resume_command->add_flag("--retry-skipped", options->retry_skipped,
                           "Also run what did not fit into memory before");
  add_common(resume_command, *options);
  resume_command->footer("Example:\n  isojoule campaign resume latest");
  resume_command->callback([&context, options] { resume(context, *options); });

  CLI::App* list_command = command->add_subcommand("list", "The campaigns of the store");
  add_common(list_command, *options);
  list_command->footer("Example:\n  isojoule campaign list");
  list_command->callback([&context, options] { list(context, *options); });

  CLI::App* show_command = command->add_subcommand("show", "How far a campaign has come");
  add_name(show_command, *options);
  add_common(show_command, *options);
  show_command->footer("Example:\n  isojoule campaign show latest");
  show_command->callback([&context, options] {
    const auto store = open_store_to_read(store_url(context.world, options->db));
    show(*store, store->campaign(options->campaign), options->json);
  });

  CLI::App* profile_command =
      command->add_subcommand("profile", "Make a machine profile from what a campaign has done");
  add_name(profile_command, *options);
  profile_command->add_option("--name", options->profile,
                              "Of the profile (default: from the machine)");
  add_common(profile_command, *options);
  profile_command->footer("Example:\n  isojoule campaign profile latest --name my-machine");
  profile_command->callback([&context, options] { make_profile_of(context, *options); });
  command->footer("Example:\n  isojoule campaign run quick\n  isojoule campaign resume latest");
}

}  // namespace isojoule::cli
