#include <memory>

#include "isojoule/app/installation.hpp"
#include "isojoule/app/kept_records.hpp"
#include "isojoule/app/total.hpp"
#include "isojoule/record/record_json.hpp"
#include "isojoule/store/open_store.hpp"

#include "context.hpp"
#include "output.hpp"
#include "output_options.hpp"
#include "store_option.hpp"
#include "values.hpp"

namespace isojoule::cli {
namespace {

struct RecoverArguments {
  std::string trace;
  std::string db;
  std::string json;  ///< a file, - for standard output; empty: none
  bool dry_run = false;
};

void recover(const Context& context, const RecoverArguments& options) {
  const Record record = recovered_record(options.trace);
  if (!options.dry_run) open_store(store_url(context.world, options.db))->add(record);
  show_answer(
      *context.world.files, options.json, [&] { return record_to_json(record); },
      [&] { print(record_overview(record)); });
}

}  // namespace

void add_recover(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand(
      "recover", "Make a run's record from its trace, after a crash or while it runs");
  auto options = std::make_shared<RecoverArguments>();
  command->add_option("trace", options->trace, "The trace file")->required();
  add_store_option(command, options->db);
  add_json_option(command, context, options->json);
  command->add_flag("-n,--dry-run", options->dry_run, kDryRunHelp);
  command->footer(
      "Traces are kept in the folder traces beside the store, named for their record.\n\n"
      "Example:\n"
      "  isojoule recover ~/.local/share/isojoule/traces/01JABCDEFGHJKMNPQRSTVWXYZ0.trace");
  command->callback([&context, options] { recover(context, *options); });
}

}  // namespace isojoule::cli
