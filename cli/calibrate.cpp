#include <cstdio>
#include <memory>
#include <utility>

#include "isojoule/app/installation.hpp"
#include "isojoule/campaign/campaign.hpp"
#include "isojoule/report/profile_tables.hpp"
#include "isojoule/store/open_store.hpp"

#include "campaign_runner.hpp"
#include "context.hpp"
#include "output.hpp"
#include "output_options.hpp"
#include "store_option.hpp"

namespace isojoule::cli {
namespace {

struct CalibrateArguments {
  std::string plan = "references";
  PlanChanges changes;
  std::string profile = "auto";
  std::string output;
  std::string db;
  CampaignSettings settings;
  std::string json;  ///< a file, - for standard output; empty: none
};

void calibrate(Context& context, const CalibrateArguments& options) {
  PlanChanges changes = options.changes;
  changes.profile = options.profile;
  const CampaignPlan plan = find_campaign_plan(options.plan, changes);
  auto node = claim_whole_node(context.world, "calibrate");
  const auto store = open_store(store_url(context.world, options.db));
  const auto profile =
      run_and_show(context, *store, begin_campaign(*store, *context.world.clock, plan),
                   options.settings, std::move(node));
  if (!profile) return;
  show_profile(context, *profile, options.output, options.json);
}

}  // namespace

void add_calibrate(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand(
      "calibrate", "Train reference workloads on this machine and keep its profile");
  auto options = std::make_shared<CalibrateArguments>();
  command
      ->add_option("--plan", options->plan,
                   "A preset (references, quick, dual, paper) or a TOML file")
      ->capture_default_str();
  add_plan_options(command, options->changes);
  add_executor_option(command, options->settings);
  command->add_option("--profile", options->profile, kProfileHelp)->capture_default_str();
  add_output_option(command, context, options->output, kProfileOutputHelp);
  add_store_option(command, options->db);
  add_json_option(command, context, options->json);
  command->footer(
      "It is a campaign that ends with a profile: interrupted, it resumes with isojoule campaign\n"
      "resume.\n\n"
      "Example:\n  isojoule calibrate --plan references");
  command->callback([&context, options] { calibrate(context, *options); });
}

}  // namespace isojoule::cli
