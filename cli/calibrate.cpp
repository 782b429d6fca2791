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

namespace isojoule::cli {
namespace {

struct CalibrateArguments {
  std::string plan = "references";
  PlanChanges changes;
  std::string name = "auto";
  std::string output;
  std::string db;
  CampaignSettings settings;
  bool json = false;
};

void calibrate(Context& context, const CalibrateArguments& options) {
  PlanChanges changes = options.changes;
  changes.profile = options.name;
  const CampaignPlan plan = find_campaign_plan(options.plan, changes);
  auto node = claim_whole_node(context.world, "calibrate");
  const auto store = open_store(store_url(context.world, options.db));
  const auto profile = run_and_show(
      context, *store, begin_campaign(*store, *context.world.clock, plan), options.settings,
      std::move(node));
  if (!profile) return;
  if (!options.output.empty())
    write_json(*context.world.files, profile_to_json(*profile), options.output);
  if (options.json) {
    print(profile_to_json(*profile));
  } else if (options.output != "-") {
    print(profile_table(*profile));
  }
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
  command->add_option("--name", options->name, "Of the profile; auto: after the machine")
      ->capture_default_str();
  command->add_option("-o,--output", options->output,
                      "Write the profile to a file too, - for standard output");
  command->add_option("--db", options->db, "The store");
  command->add_flag("--json", options->json, "Print JSON");
  command->footer(
      "It is a campaign that ends with a profile: interrupted, it resumes with isojoule campaign\n"
      "resume.\n\n"
      "Example:\n  isojoule calibrate --plan references");
  command->callback([&context, options] { calibrate(context, *options); });
}

}  // namespace isojoule::cli
