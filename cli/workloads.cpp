#include <memory>

#include "isojoule/core/json.hpp"
#include "isojoule/page/quantity_text.hpp"
#include "isojoule/workload/workload.hpp"

#include "context.hpp"
#include "output.hpp"

namespace isojoule::cli {
namespace {

Json workload_to_json(const Workload& workload) {
  Json json{{"id", workload.id.name()}, {"architecture", architecture_name(workload.architecture)}};
  json.update(cost_to_json(workload.cost));
  return json;
}

Table workloads_table() {
  Table table;
  table.columns = {{"workload"},
                   {"architecture"},
                   {"FLOP forward", Column::Align::right},
                   {"MAC forward", Column::Align::right},
                   {"parameters", Column::Align::right}};
  for (const Workload& workload : reference_workloads())
    table.rows.push_back({workload.id.name(), std::string(architecture_name(workload.architecture)),
                          to_text(workload.cost.flops_forward),
                          workload.cost.macs ? grouped(*workload.cost.macs) : "-",
                          grouped(workload.cost.parameters)});
  table.notes.push_back(
      "For one sample of 1 x 128 x 64. Counted by the rule deepspeed, in which a GRU has no MACs; "
      "see "
      "docs/method.md.");
  return table;
}

}  // namespace

void add_workloads(CLI::App& app, Context&) {
  CLI::App* command = app.add_subcommand("workloads", "The reference workloads and their cost");
  auto as_json = std::make_shared<bool>(false);
  command->add_flag("--json", *as_json, "Print JSON");
  command->footer("Example:\n  isojoule workloads --json");
  command->callback([as_json] {
    if (!*as_json) {
      print(workloads_table());
      return;
    }
    Json array = Json::array();
    for (const Workload& workload : reference_workloads())
      array.push_back(workload_to_json(workload));
    print(array);
  });
}

}  // namespace isojoule::cli
