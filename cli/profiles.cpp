#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "isojoule/core/error.hpp"
#include "isojoule/report/profile_tables.hpp"
#include "isojoule/run/measure_command.hpp"
#include "isojoule/store/open_store.hpp"

#include "context.hpp"
#include "output.hpp"
#include "paths.hpp"
#include "text_output.hpp"

namespace isojoule::cli {
namespace {

struct Options {
  std::string name;
  std::string other;
  std::vector<std::string> files;
  bool replace = false;
  std::string db;
  bool json = false;
};

void add_common(CLI::App* command, Options& options) {
  command->add_option("--db", options.db, "The store");
  command->add_flag("--json", options.json, "Print JSON");
}

Json listed_to_json(const ListedProfile& listed) {
  Json json = profile_to_json(listed.profile);
  json["kept_in"] = listed.kept_in;
  return json;
}

/// The store to look into: an empty one where there is no place for any, since the bundled profiles
/// need none.
std::unique_ptr<StoreReader> profile_store(const World& world, const std::string& db) {
  if (db.empty() && !default_store_file(*world.environment)) return empty_store();
  return open_store_to_read(store_url(world, db));
}

constexpr int kStale = 1;

/// The LibTorch that trainings here would use; nothing where there is no trainer.
std::map<std::string, std::string> software_now() {
  const auto version = trainer_torch_version();
  return version ? std::map<std::string, std::string>{{kTorchContext, *version}}
                 : std::map<std::string, std::string>{};
}

void check(Context& context, const Options& options) {
  const auto store = profile_store(context.world, options.db);
  const MachineProfile profile = find_profile(shelf_of(*store), options.name);
  const std::string device = context_value(profile.context, kDeviceContext).value_or("");
  const std::vector<MachineChange> changes =
      machine_changes(profile, host_now(context.world, device), software_now());
  if (options.json) {
    print(changes_to_json(profile, changes));
  } else {
    print(changes_table(profile, changes));
  }
  if (std::ranges::any_of(changes, &MachineChange::invalidates)) context.exit_code = kStale;
}

void diff(const Context& context, const Options& options) {
  const auto store = profile_store(context.world, options.db);
  const MachineProfile a = find_profile(shelf_of(*store), options.name);
  const MachineProfile b = find_profile(shelf_of(*store), options.other);
  if (options.json) {
    print(profile_difference_to_json(a, b));
  } else {
    print(profile_difference_table(a, b));
  }
}

/// Takes profiles of other machines into the store. All are read before any is kept.
void add_files(const Context& context, const Options& options) {
  std::vector<MachineProfile> profiles;
  for (const std::string& file : options.files) profiles.push_back(read_profile(file));
  const auto store = open_store(store_url(context.world, options.db));
  for (const MachineProfile& profile : profiles) {
    if (store->profile(profile.name) && !options.replace)
      throw Error(ErrorCode::usage, "the store has a profile '" + profile.name +
                                        "' already; --replace puts the new one in its place");
  }
  for (const MachineProfile& profile : profiles) {
    store->put(profile);
    print_text("profile " + profile.name + " is kept\n");
  }
}

}  // namespace

void add_profiles(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("profiles", "List, show, add, compare and check machine profiles");
  command->require_subcommand(1);
  auto options = std::make_shared<Options>();

  CLI::App* list = command->add_subcommand("list", "Profiles in the store, then the bundled ones");
  add_common(list, *options);
  list->callback([&context, options] {
    const auto store = profile_store(context.world, options->db);
    std::vector<ListedProfile> profiles;
    for (MachineProfile& profile : store->profiles())
      profiles.push_back({std::move(profile), "store"});
    for (MachineProfile& profile : bundled_profiles())
      profiles.push_back({std::move(profile), "bundled"});
    if (options->json) {
      print(json_array(profiles, listed_to_json));
    } else {
      print(profiles_table(profiles));
    }
  });

  CLI::App* show = command->add_subcommand("show", "One profile");
  show->add_option("name", options->name, "Its name, or a file, - for standard input")->required();
  add_common(show, *options);
  show->callback([&context, options] {
    const auto store = profile_store(context.world, options->db);
    const MachineProfile profile = find_profile(shelf_of(*store), options->name);
    if (options->json) {
      print(profile_to_json(profile));
    } else {
      print(profile_table(profile));
    }
  });

  CLI::App* add = command->add_subcommand("add", "Keep profiles of other machines in the store");
  add->add_option("file", options->files, "Profile files, - for standard input")->required();
  add->add_option("--db", options->db, "The store");
  add->add_flag("--replace", options->replace, "In the place of a profile of the same name");
  add->callback([&context, options] { add_files(context, *options); });
  add->footer(
      "What isojoule profiles show NAME --json prints elsewhere is such a file.\n\n"
      "Example:\n  isojoule profiles add their-machine.json");

  CLI::App* diff_command = command->add_subcommand("diff", "Two profiles side by side");
  diff_command->add_option("a", options->name, "A name, or a file, - for standard input")
      ->required();
  diff_command->add_option("b", options->other, "Another")->required();
  add_common(diff_command, *options);
  diff_command->callback([&context, options] { diff(context, *options); });

  CLI::App* check_command =
      command->add_subcommand("check", "What has changed on this machine since a profile was made");
  check_command->add_option("name", options->name, "Its name, or a file, - for standard input")
      ->required();
  add_common(check_command, *options);
  check_command->callback([&context, options] { check(context, *options); });
  diff_command->footer(
      "Example:\n  isojoule profiles diff my-machine intel-xeon-processor-vm-1thread");
  check_command->footer(
      "It exits with 1 if the profile is stale: CPU, GPUs, power limit, clocks, ECC, MIG, "
      "governor\n"
      "or boost are others than they were. A new driver or torch is told, and does not make it "
      "so.\n\n"
      "Example:\n  isojoule profiles check my-machine");
  list->footer("Example:\n  isojoule profiles list");
  show->footer("Example:\n  isojoule profiles show intel-xeon-processor-vm-1thread");
  command->footer("Example:\n  isojoule profiles list\n  isojoule profiles show NAME");
}

}  // namespace isojoule::cli
