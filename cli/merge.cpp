#include <chrono>
#include <memory>

#include "isojoule/app/installation.hpp"
#include "isojoule/core/error.hpp"
#include "isojoule/core/files.hpp"
#include "isojoule/record/merge_records.hpp"
#include "isojoule/record/record_json.hpp"
#include "isojoule/report/record_tables.hpp"
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

Record read_record_file(Files& files, const std::string& file) {
  std::error_code error;
  const std::string text = read_file(files, file, error);
  if (error) throw Error(ErrorCode::io, "cannot read " + file + ": " + reason_of(error));
  return record_from_json(parse_json(text, file), file);
}

/// By file name (with a '/' or ending in .json), or by id in the store.
Record find_record(Files& files, const StoreReader& store, const std::string& name) {
  if (name.ends_with(".json") || name.find('/') != std::string::npos)
    return read_record_file(files, name);
  return store.record(name);
}

std::string new_id(const Clock& clock) {
  return make_record_id(
      std::chrono::duration_cast<std::chrono::milliseconds>(clock.wall().time_since_epoch())
          .count());
}

void merge(const Context& context, const MergeArguments& options) {
  const auto store = open_store(store_url(context.world, options.db));
  std::vector<Record> records;
  for (const std::string& name : options.records)
    records.push_back(find_record(*context.world.files, *store, name));
  const Record merged = merge_records(std::move(records), new_id(*context.world.clock));
  store->add(merged);
  show_answer(
      *context.world.files, options.json, [&] { return record_to_json(merged); },
      [&] { print(record_table(merged)); });
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
