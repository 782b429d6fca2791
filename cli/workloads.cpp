#include <memory>

#include "isojoule/app/workload_tables.hpp"

#include "context.hpp"
#include "output.hpp"
#include "output_options.hpp"

namespace isojoule::cli {

void add_workloads(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("workloads", "The reference workloads and their cost");
  auto json = std::make_shared<std::string>();
  add_json_option(command, context, *json);
  command->footer("Example:\n  isojoule workloads --json");
  command->callback([&context, json] {
    show_answer(*context.world.files, *json, workloads_to_json, [] { print(workloads_table()); });
  });
}

}  // namespace isojoule::cli
