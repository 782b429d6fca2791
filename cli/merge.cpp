#include <memory>

#include "isojoule/app/installation.hpp"
#include "isojoule/app/kept_records.hpp"
#include "isojoule/record/record_json.hpp"
#include "isojoule/report/record_tables.hpp"
#include "isojoule/store/open_store.hpp"

#include "context.hpp"
#include "output.hpp"

namespace isojoule::cli {
namespace {

struct MergeArguments {
  std::vector<std::string> records;
  std::string db;
  bool json = false;
};

void merge(const Context& context, const MergeArguments& options) {
  const auto store = open_store(store_url(context.world, options.db));
  const Record merged = merge_ranks(context.world, *store, options.records);
  if (options.json) {
    print(record_to_json(merged));
  } else {
    print(record_table(merged));
  }
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
  command->add_option("--db", options->db,
                      "The store to look in, and to keep the joined record in");
  command->add_flag("--json", options->json, "Print JSON");
  command->footer(
      "Example:\n"
      "  srun sh -c 'isojoule measure --json rank-$SLURM_PROCID.json -- python3 train.py'\n"
      "  isojoule merge ./rank-*.json");
  command->callback([&context, options] { merge(context, *options); });
}

}  // namespace isojoule::cli
