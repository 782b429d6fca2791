#include <memory>

#include "isojoule/app/workload_tables.hpp"

#include "context.hpp"
#include "output.hpp"

namespace isojoule::cli {

void add_workloads(CLI::App& app, Context&) {
  CLI::App* command = app.add_subcommand("workloads", "The reference workloads and their cost");
  auto as_json = std::make_shared<bool>(false);
  command->add_flag("--json", *as_json, "Print JSON");
  command->footer("Example:\n  isojoule workloads --json");
  command->callback([as_json] {
    if (*as_json) {
      print(workloads_to_json());
    } else {
      print(workloads_table());
    }
  });
}

}  // namespace isojoule::cli
