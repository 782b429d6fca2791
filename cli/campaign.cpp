#include "isojoule/campaign/campaign.hpp"

#include <map>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "isojoule/app/campaign_rows.hpp"
#include "isojoule/app/campaign_text.hpp"
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
#include "output_options.hpp"
#include "store_option.hpp"
#include "values.hpp"

namespace isojoule::cli {
namespace {

struct CampaignArguments {
  std::string plan;
  std::string campaign = "latest";
  std::string profile = "auto";
  std::string output;
  std::string db;
  PlanChanges changes;
  bool dry_run = false;
  CampaignSettings settings;
  std::string json;  ///< a file, - for standard output; empty: none
};

void show_campaign(const Context& context, const StoreReader& store, const std::string& name,
                   const std::string& json) {
  const CampaignEntry campaign = store.campaign(name);
  show_answer(
      *context.world.files, json, [&] { return campaign_to_json(listed_campaign(campaign)); },
      [&] { print(campaign_table(campaign, campaign_rows(store, campaign))); });
}

void run(Context& context, const CampaignArguments& options) {
  const CampaignPlan plan = find_campaign_plan(options.plan, options.changes);
  const auto url = store_url(context.world, options.db);
  if (options.dry_run) {
    const auto store = open_store_to_read(url);
    const ProfileShelf shelf = shelf_of(*store);
    show_answer(
        *context.world.files, options.json, [&] { return plan_to_show(plan, shelf); },
        [&] { print(plan_table(plan, shelf)); });
    return;
  }
  auto node = claim_whole_node(context.world, "campaign run");
  const auto store = open_store(url);
  const CampaignEntry campaign = begin_campaign(*store, *context.world.clock, plan);
  run_and_show(context, *store, campaign, options.settings, std::move(node));
  show_campaign(context, *store, campaign.id, options.json);
}

void resume(Context& context, const CampaignArguments& options) {
  auto node = claim_whole_node(context.world, "campaign resume");
  const auto store = open_store(store_url(context.world, options.db));
  const CampaignEntry campaign = store->campaign(options.campaign);
  run_and_show(context, *store, campaign, options.settings, std::move(node));
  show_campaign(context, *store, campaign.id, options.json);
}

void make_profile_of(Context& context, const CampaignArguments& options) {
  const auto store = open_store(store_url(context.world, options.db));
  const CampaignEntry campaign = store->campaign(options.campaign);
  const MachineProfile profile = campaign_profile(*store, campaign, options.profile);
  store->put(profile);
  show_profile(context, profile, options.output, options.json);
}

void list(const Context& context, const CampaignArguments& options) {
  const auto store = open_store_to_read(store_url(context.world, options.db));
  const std::vector<ListedCampaign> listed = list_campaigns(*store);
  show_answer(
      *context.world.files, options.json, [&] { return json_array(listed, campaign_to_json); },
      [&] { print(campaigns_table(listed)); });
}

void add_common(CLI::App* command, Context& context, CampaignArguments& options) {
  add_store_option(command, options.db);
  add_json_option(command, context, options.json);
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
  add_executor_option(command, options->settings);
  command->add_option("--profile", options->changes.profile, kProfileHelp);
  command->add_flag("-n,--dry-run", options->dry_run, kDryRunHelp);
  add_common(command, context, *options);
  command->footer("Presets:\n" + presets +
                  "\nA run that others disturbed is repeated or flagged; one that does not fit is "
                  "skipped.\nInterrupted or killed, it resumes with isojoule campaign resume.\n\n"
                  "Example:\n  isojoule campaign run references --repeats 3 --idle 5s\n"
                  "  isojoule campaign run plan.toml --dry-run");
  command->callback([&context, options] { run(context, *options); });
  return command;
}

void add_resume(CLI::App* parent, Context& context,
                const std::shared_ptr<CampaignArguments>& options) {
  CLI::App* command =
      parent->add_subcommand("resume", "Run what is left of a campaign, and what failed");
  add_name(command, *options);
  command->add_flag("--retry-skipped", options->settings.retry_skipped,
                    "Also run what did not fit into memory before");
  add_executor_option(command, options->settings);
  add_common(command, context, *options);
  command->footer("Example:\n  isojoule campaign resume latest");
  command->callback([&context, options] { resume(context, *options); });
}

}  // namespace

void add_campaign(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand(
      "campaign", "Run the many trainings of a plan, and resume when interrupted");
  command->require_subcommand(1);
  auto options = std::make_shared<CampaignArguments>();
  add_run(command, context, options);
  add_resume(command, context, options);

  CLI::App* list_command = command->add_subcommand("list", "The campaigns of the store");
  add_common(list_command, context, *options);
  list_command->footer("Example:\n  isojoule campaign list");
  list_command->callback([&context, options] { list(context, *options); });

  CLI::App* show_command = command->add_subcommand("show", "How far a campaign has come");
  add_name(show_command, *options);
  add_common(show_command, context, *options);
  show_command->footer("Example:\n  isojoule campaign show latest");
  show_command->callback([&context, options] {
    const auto store = open_store_to_read(store_url(context.world, options->db));
    show_campaign(context, *store, options->campaign, options->json);
  });

  CLI::App* profile_command =
      command->add_subcommand("profile", "Make a machine profile from what a campaign has done");
  add_name(profile_command, *options);
  profile_command->add_option("--profile", options->profile, kProfileHelp)->capture_default_str();
  add_output_option(profile_command, context, options->output, kProfileOutputHelp);
  add_common(profile_command, context, *options);
  profile_command->footer("Example:\n  isojoule campaign profile latest --profile my-machine");
  profile_command->callback([&context, options] { make_profile_of(context, *options); });
  command->footer("Example:\n  isojoule campaign run quick\n  isojoule campaign resume latest");
}

}  // namespace isojoule::cli
