#include <memory>
#include <utility>
#include <vector>

#include "isojoule/app/installation.hpp"
#include "isojoule/app/total.hpp"
#include "isojoule/record/record_json.hpp"
#include "isojoule/report/record_tables.hpp"
#include "isojoule/store/open_store.hpp"

#include "context.hpp"
#include "output.hpp"
#include "output_options.hpp"
#include "store_option.hpp"

namespace isojoule::cli {
namespace {

struct RecordsArguments {
  std::string id = "latest";
  std::string db;
  std::string json;  ///< a file, - for standard output; empty: none
};

void add_common(CLI::App* command, Context& context, RecordsArguments& options) {
  add_store_option(command, options.db);
  add_json_option(command, context, options.json);
}

/// One by one: there may be more than fit into memory.
void write_documents(Files& files, const StoreReader& store, const std::string& file) {
  WrittenArray array(files, file);
  store.for_each_record([&array](const Record& record) { array.add(record_to_json(record)); });
  array.end();
}

void print_list(const StoreReader& store) {
  std::vector<RecordSummary> records;
  store.for_each_summary(
      [&records](RecordSummary record) { records.push_back(std::move(record)); });
  print(records_table(records));
}

}  // namespace

void add_records(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("records", "List and show the records in the store");
  command->require_subcommand(1);
  auto options = std::make_shared<RecordsArguments>();

  CLI::App* list = command->add_subcommand("list", "All records, in the order they were made");
  add_common(list, context, *options);
  list->callback([&context, options] {
    const auto store = open_store_to_read(store_url(context.world, options->db));
    if (!options->json.empty()) write_documents(*context.world.files, *store, options->json);
    if (options->json != "-") print_list(*store);
  });

  CLI::App* show_command = command->add_subcommand("show", "One record");
  show_command
      ->add_option("id", options->id,
                   "Its id, the start of one, or latest: the newest that no campaign made")
      ->capture_default_str();
  add_common(show_command, context, *options);
  show_command->callback([&context, options] {
    const Record record =
        open_store_to_read(store_url(context.world, options->db))->record(options->id);
    show_answer(
        *context.world.files, options->json, [&] { return record_to_json(record); },
        [&] { print(record_overview(record)); });
  });
  list->footer("Example:\n  isojoule records list");
  show_command->footer("Example:\n  isojoule records show latest --json");
  command->footer("Example:\n  isojoule records list\n  isojoule records show latest --json");
}

}  // namespace isojoule::cli
