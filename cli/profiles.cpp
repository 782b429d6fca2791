#include <memory>

#include "isojoule/report/record_report.hpp"

#include "context.hpp"
#include "output.hpp"
#include "paths.hpp"

namespace isojoule::cli {
namespace {

struct Options {
  std::string name;
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
StoreReader profile_store(const World& world, const std::string& db) {
  if (db.empty() && !default_store_file(*world.environment)) return {};
  return StoreReader(store_file(world, db));
}

}  // namespace

void add_profiles(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("profiles", "List and show machine profiles");
  command->require_subcommand(1);
  auto options = std::make_shared<Options>();

  CLI::App* list = command->add_subcommand("list", "Profiles in the store, then the bundled ones");
  add_common(list, *options);
  list->callback([&context, options] {
    const StoreReader store = profile_store(context.world, options->db);
    std::vector<ListedProfile> profiles;
    for (MachineProfile& profile : store.profiles())
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
    const StoreReader store = profile_store(context.world, options->db);
    const MachineProfile profile = find_profile(store, options->name);
    if (options->json) {
      print(profile_to_json(profile));
    } else {
      print(profile_table(profile));
    }
  });
  list->footer("Example:\n  isojoule profiles list");
  show->footer("Example:\n  isojoule profiles show intel-xeon-processor-vm-1thread");
  command->footer("Example:\n  isojoule profiles list\n  isojoule profiles show NAME");
}

}  // namespace isojoule::cli
