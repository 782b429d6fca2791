#include "isojoule/app/workload_tables.hpp"

#include "isojoule/page/quantity_text.hpp"
#include "isojoule/workload/workload.hpp"

namespace isojoule {
namespace {

Json workload_to_json(const Workload& workload) {
  Json json{{"schema", schema_text("isojoule.workload", 1)},
            {"id", workload.id.name()},
            {"architecture", architecture_name(workload.architecture)}};
  json.update(cost_to_json(workload.cost));
  return json;
}

}  // namespace

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
      "For one sample of 1 x 128 x 64. Counted by the convention deepspeed, in which a GRU has no "
      "MACs; "
      "see "
      "docs/method.md.");
  return table;
}

Json workloads_to_json() {
  Json array = Json::array();
  for (const Workload& workload : reference_workloads())
    array.push_back(workload_to_json(workload));
  return array;
}

}  // namespace isojoule
