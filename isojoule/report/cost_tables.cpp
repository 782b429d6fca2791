#include "isojoule/report/cost_tables.hpp"

#include <optional>

#include "isojoule/core/error.hpp"
#include "isojoule/cost/count.hpp"
#include "isojoule/cost/memory.hpp"
#include "isojoule/page/quantity_text.hpp"

namespace isojoule {
namespace {

std::string text_of(const std::optional<std::uint64_t>& count) {
  return count ? grouped(*count) : "-";
}

/// Both rules, as far as they go.
struct Counted {
  struct Pass {
    const char* name;
    std::optional<std::uint64_t> matmul;
    std::optional<std::uint64_t> elementwise;
    std::optional<std::uint64_t> total;
  };
  std::string rule;
  std::uint64_t batch = 1;
  std::vector<Pass> passes;
  std::optional<std::uint64_t> macs;
  std::uint64_t parameters = 0;
  std::uint64_t parameter_bytes = 0;
  std::optional<std::uint64_t> activation_bytes;
};

Counted::Pass pass_of(const char* name, const FlopCount& flops) {
  return {name, flops.matmul, flops.elementwise, flops.total()};
}

Counted counted(const CostBreakdown& cost) {
  return {cost.rule,
          cost.batch,
          {pass_of("forward", cost.forward), pass_of("backward", cost.backward),
           pass_of("optimizer", cost.optimizer), pass_of("step", cost.step())},
          cost.macs_forward,
          cost.parameters,
          cost.parameter_bytes,
          cost.activation_bytes};
}

/// A Work is a double: from 2^53 on it is not the number that was counted.
std::uint64_t exactly(const Cost& cost) {
  constexpr double kFirstNotExact = 0x1p53;
  if (!(cost.flops_forward.in(flop) < kFirstNotExact))
    throw Error(
        ErrorCode::bad_input,
        "by the rule " + cost.rule + " the model has 2^53 FLOP or more, which cannot be " +
            "counted exactly; count it by the convention exact, or use fewer layers or units");
  return static_cast<std::uint64_t>(cost.flops_forward.in(flop));
}

Counted counted(const Cost& cost, std::uint64_t batch) {
  const std::uint64_t flops = exactly(cost);
  Counted result{cost.rule,
                 batch,
                 {{"forward", {}, {}, (Count(batch) * flops).value()},
                  {"backward", {}, {}, {}},
                  {"optimizer", {}, {}, {}},
                  {"step", {}, {}, {}}},
                 {},
                 cost.parameters,
                 weights_memory(cost),
                 {}};
  if (cost.macs) result.macs = (Count(batch) * *cost.macs).value();
  return result;
}

std::vector<Table> tables_of(const std::string& name, const Counted& counted) {
  Table passes;
  passes.title =
      name + ", batch " + grouped(counted.batch) + ", counted by the rule " + counted.rule;
  passes.columns = {{"pass"},
                    {"FLOP of products", Column::Align::right},
                    {"FLOP elementwise", Column::Align::right},
                    {"FLOP", Column::Align::right}};
  for (const Counted::Pass& pass : counted.passes)
    passes.rows.push_back(
        {pass.name, text_of(pass.matmul), text_of(pass.elementwise), text_of(pass.total)});
  Table sizes;
  sizes.columns = {
      {"of the model"}, {"number", Column::Align::right}, {"bytes", Column::Align::right}};
  sizes.rows = {
      {"multiply-adds (MAC) forward", text_of(counted.macs), "-"},
      {"parameters", grouped(counted.parameters), grouped(counted.parameter_bytes)},
      {"activations", counted.activation_bytes ? grouped(*counted.activation_bytes / 4) : "-",
       text_of(counted.activation_bytes)}};
  return {passes, sizes};
}

Json json_of(const Counted& counted) {
  Json json{{"rule", counted.rule}, {"batch", counted.batch}};
  for (const Counted::Pass& pass : counted.passes) {
    const std::string key = std::string("flops_") + pass.name;
    json[key] = or_null(pass.total);
    json[key + "_matmul"] = or_null(pass.matmul);
    json[key + "_elementwise"] = or_null(pass.elementwise);
  }
  json["macs_forward"] = or_null(counted.macs);
  json["parameters"] = counted.parameters;
  json["parameters_bytes"] = counted.parameter_bytes;
  json["activations_bytes"] = or_null(counted.activation_bytes);
  return json;
}

}  // namespace

std::vector<Table> cost_tables(const std::string& name, const CostBreakdown& cost) {
  std::vector<Table> tables = tables_of(name, counted(cost));
  tables.back().notes.push_back(
      "Bytes are in single precision. Activations are what the backward pass needs of the forward "
      "pass. What one FLOP is: docs/cost.md.");
  return tables;
}

std::vector<Table> cost_tables(const std::string& name, const Cost& cost, std::uint64_t batch) {
  std::vector<Table> tables = tables_of(name, counted(cost, batch));
  tables.back().notes.push_back(
      "Bytes are in single precision. This rule counts the forward pass only, with a Softmax at "
      "its "
      "end, and no multiply-adds of a GRU: docs/cost.md.");
  return tables;
}

Json breakdown_to_json(const CostBreakdown& cost) { return json_of(counted(cost)); }

Json breakdown_to_json(const Cost& cost, std::uint64_t batch) {
  return json_of(counted(cost, batch));
}

}  // namespace isojoule
