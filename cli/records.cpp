#include <memory>

#include "isojoule/record/record_json.hpp"
#include "isojoule/report/record_tables.hpp"
#include "isojoule/store/open_store.hpp"

#include "context.hpp"
#include "output.hpp"
#include "paths.hpp"

namespace isojoule::cli {
namespace {

struct Options {
  std::string id = "latest";
  std::string db;
  bool json = false;
};

void add_common(CLI::App* command, Options& options) {
  command->add_option("--db", options.db, "The store");
  command->add_flag("--json", options.json, "Print JSON");
}

}  // namespace

void add_records(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("records", "List and show the records in the store");
  command->require_subcommand(1);
  auto options = std::make_shared<Options>();

  CLI::App* list = command->add_subcommand("list", "All records, in the order they were made");
  add_common(list, *options);
  list->callback([&context, options] {
    const std::vector<Record> records =
        open_store_to_read(store_url(context.world, options->db))->records();
    if (options->json) {
      print(json_array(records, record_to_json));
    } else {
      print(records_table(records));
    }
  });

  CLI::App* show = command->add_subcommand("show", "One record");
  show->add_option("id", options->id, "Its id, the beginning of it, or latest")
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
