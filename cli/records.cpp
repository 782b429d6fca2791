#include <memory>
#include <utility>
#include <vector>

#include "isojoule/app/installation.hpp"
#include "isojoule/record/record_json.hpp"
#include "isojoule/report/record_tables.hpp"
#include "isojoule/store/open_store.hpp"

#include "context.hpp"
#include "output.hpp"

namespace isojoule::cli {
namespace {

struct RecordsArguments {
  std::string id = "latest";
  std::string db;
  bool json = false;
};

void add_common(CLI::App* command, RecordsArguments& options) {
  command->add_option("--db", options.db, "The store");
  command->add_flag("--json", options.json, "Print JSON");
}

void print_documents(const StoreReader& store) {
  PrintedArray array;
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
  add_common(list, *options);
  list->callback([&context, options] {
    const auto store = open_store_to_read(store_url(context.world, options->db));
    if (options->json) {
      print_documents(*store);
    } else {
      print_list(*store);
    }
  });

  CLI::App* show = command->add_subcommand("show", "One record");
  show->add_option("id", options->id,
                   "Its id, the start of one, or latest: the newest that no campaign made")
      ->capture_default_str();
  add_common(show, *options);
  show->callback([&context, options] {
    const Record record =
        open_store_to_read(store_url(context.world, options->db))->record(options->id);
    if (options->json) {
      print(record_to_json(record));
    } else {
      print(record_table(record));
    }
  });
  list->footer("Example:\n  isojoule records list");
  show->footer("Example:\n  isojoule records show latest --json");
  command->footer("Example:\n  isojoule records list\n  isojoule records show latest --json");
}

}  // namespace isojoule::cli
