#include "isojoule/app/profiles.hpp"

#include <memory>
#include <string>
#include <vector>

#include "isojoule/app/installation.hpp"
#include "isojoule/report/profile_tables.hpp"
#include "isojoule/store/open_store.hpp"

#include "context.hpp"
#include "output.hpp"
#include "output_options.hpp"
#include "store_option.hpp"
#include "text_output.hpp"

namespace isojoule::cli {
namespace {

struct ProfilesArguments {
  std::string name;
  std::string other;
  std::vector<std::string> files;
  bool replace = false;
  std::string db;
  std::string json;  ///< a file, - for standard output; empty: none
};

void add_common(CLI::App* command, Context& context, ProfilesArguments& options) {
  add_store_option(command, options.db);
  add_json_option(command, context, options.json);
}

constexpr int kStale = 1;

void check(Context& context, const ProfilesArguments& options) {
  const auto store = open_profiles(context.world, options.db);
  const MachineProfile profile = find_profile(shelf_of(*store), options.name);
  const std::vector<MachineChange> changes = changes_since(context.world, profile);
  show_answer(
      *context.world.files, options.json, [&] { return changes_to_json(profile, changes); },
      [&] { print(changes_table(profile, changes)); });
  if (is_stale(changes)) context.exit_code = kStale;
}

void diff(const Context& context, const ProfilesArguments& options) {
  const auto store = open_profiles(context.world, options.db);
  const MachineProfile a = find_profile(shelf_of(*store), options.name);
  const MachineProfile b = find_profile(shelf_of(*store), options.other);
  show_answer(
      *context.world.files, options.json, [&] { return profile_difference_to_json(a, b); },
      [&] { print(profile_difference_table(a, b)); });
}

void add_files(const Context& context, const ProfilesArguments& options) {
  const auto store = open_store(store_url(context.world, options.db));
  for (const std::string& name : keep_profiles(*store, options.files, options.replace))
    print_text("profile " + name + " is kept\n");
}

using Shared = std::shared_ptr<ProfilesArguments>;

void list(const Context& context, const ProfilesArguments& options) {
  const auto store = open_profiles(context.world, options.db);
  const std::vector<ListedProfile> profiles = list_profiles(shelf_of(*store));
  show_answer(
      *context.world.files, options.json,
      [&] { return json_array(profiles, listed_profile_to_json); },
      [&] { print(profiles_table(profiles)); });
}

void show_one(const Context& context, const ProfilesArguments& options) {
  const auto store = open_profiles(context.world, options.db);
  const MachineProfile profile = find_profile(shelf_of(*store), options.name);
  show_answer(
      *context.world.files, options.json, [&] { return profile_to_json(profile); },
      [&] { print(profile_table(profile)); });
}

void add_list(CLI::App* parent, Context& context, const Shared& options) {
  CLI::App* command =
      parent->add_subcommand("list", "Profiles in the store, then the bundled ones");
  add_common(command, context, *options);
  command->footer("Example:\n  isojoule profiles list");
  command->callback([&context, options] { list(context, *options); });
}

void add_show(CLI::App* parent, Context& context, const Shared& options) {
  CLI::App* command = parent->add_subcommand("show", "One profile");
  command->add_option("name", options->name, "Its name, or a file, - for standard input")
      ->required();
  add_common(command, context, *options);
  command->footer("Example:\n  isojoule profiles show intel-xeon-processor-vm-1thread");
  command->callback([&context, options] { show_one(context, *options); });
}

void add_add(CLI::App* parent, Context& context, const Shared& options) {
  CLI::App* command = parent->add_subcommand("add", "Keep profiles of other machines in the store");
  command->add_option("file", options->files, "Profile files, - for standard input")->required();
  add_store_option(command, options->db);
  command->add_flag("--replace", options->replace, "In the place of a profile of the same name");
  command->footer(
      "What isojoule profiles show NAME --json=FILE writes elsewhere is such a file.\n\n"
      "Example:\n  isojoule profiles add their-machine.json");
  command->callback([&context, options] { add_files(context, *options); });
}

void add_diff(CLI::App* parent, Context& context, const Shared& options) {
  CLI::App* command = parent->add_subcommand("diff", "Two profiles side by side");
  command->add_option("a", options->name, "A name, or a file, - for standard input")->required();
  command->add_option("b", options->other, "Another")->required();
  add_common(command, context, *options);
  command->footer("Example:\n  isojoule profiles diff my-machine intel-xeon-processor-vm-1thread");
  command->callback([&context, options] { diff(context, *options); });
}

void add_check(CLI::App* parent, Context& context, const Shared& options) {
  CLI::App* command =
      parent->add_subcommand("check", "What has changed on this machine since a profile was made");
  command->add_option("name", options->name, "Its name, or a file, - for standard input")
      ->required();
  add_common(command, context, *options);
  command->footer(
      "It exits with 1 if the profile is stale: CPU, GPUs, power limit, clocks, ECC, MIG, "
      "governor\n"
      "or boost are others than they were. A new driver or torch is shown, and does not make it "
      "so.\n\n"
      "Example:\n  isojoule profiles check my-machine");
  command->callback([&context, options] { check(context, *options); });
}

}  // namespace

void add_profiles(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("profiles", "List, show, add, compare and check machine profiles");
  command->require_subcommand(1);
  const auto options = std::make_shared<ProfilesArguments>();
  add_list(command, context, options);
  add_show(command, context, options);
  add_add(command, context, options);
  add_diff(command, context, options);
  add_check(command, context, options);
  command->footer("Example:\n  isojoule profiles list\n  isojoule profiles show NAME");
}

}  // namespace isojoule::cli
