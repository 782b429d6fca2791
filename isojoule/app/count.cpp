#include "isojoule/app/count.hpp"

#include "isojoule/core/error.hpp"
#include "isojoule/cost/deepspeed.hpp"
#include "isojoule/report/cost_tables.hpp"

namespace isojoule {

std::string workload_id(std::string_view architecture, std::string_view layers,
                        std::string_view hidden) {
  return std::string(architecture) + "-" + std::string(layers) + "x" + std::string(hidden);
}

WorkloadCount count_workload(const std::string& id, const std::string& rule, std::uint64_t batch) {
  if (rule != kExactRule && rule != kDeepspeedRule)
    throw unknown_name("rule", rule, std::vector<std::string>{kExactRule, kDeepspeedRule});
  if (batch == 0) throw Error(ErrorCode::usage, "a step has one sample or more");
  WorkloadCount count{parse_workload(id), batch, {}};
  if (rule == kExactRule) count.step = exact_cost(count.workload.architecture, batch);
  return count;
}

std::vector<Table> count_tables(const WorkloadCount& count) {
  const std::string& name = count.workload.id.name();
  return count.step ? cost_tables(name, *count.step)
                    : cost_tables(name, count.workload.cost, count.batch);
}

Json count_to_json(const WorkloadCount& count) {
  Json json{{"schema", schema_text("isojoule.cost", 1)},
            {"workload", count.workload.id.name()},
            {"architecture", architecture_name(count.workload.architecture)}};
  json.update(count.step ? breakdown_to_json(*count.step)
                         : breakdown_to_json(count.workload.cost, count.batch));
  return json;
}

}  // namespace isojoule
