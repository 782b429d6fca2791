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

namespace isojoule::cli {
namespace {

struct MergeArguments {
  std::vector<std::string> records;
  std::string db;
  std::string json;  ///< a file, - for standard output; empty: none
};

void merge(const Context& context, const MergeArguments& options) {
  const auto store = open_store(store_url(context.world, options.db));
  const Record merged = merge_ranks(context.world, *store, options.records);
  show_answer(
      *context.world.files, options.json, [&] { return record_to_json(merged); },
      [&] { print(record_overview(merged)); });
}

}  // namespace

void add_merge(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("merge", "Join the records of one job's ranks, each energy counted once");
  auto options = std::make_shared<MergeArguments>();
  command
      ->add_option("records", options->records,
                   "Ids in the store, or files that measure --json wrote")
      ->required();
  add_store_option(command, options->db);
  add_json_option(command, context, options->json);
  command->footer(
      "Example:\n"
      "  srun sh -c 'isojoule measure --json=rank-$SLURM_PROCID.json -- python3 train.py'\n"
      "  isojoule merge ./rank-*.json");
  command->callback([&context, options] { merge(context, *options); });
}

}  // namespace isojoule::cli
