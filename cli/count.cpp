#include <memory>

#include "isojoule/core/error.hpp"
#include "isojoule/cost/deepspeed.hpp"
#include "isojoule/cost/exact.hpp"
#include "isojoule/report/cost_tables.hpp"
#include "isojoule/workload/workload.hpp"

#include "context.hpp"
#include "count_onnx.hpp"
#include "output.hpp"
#include "output_options.hpp"
#include "text_output.hpp"
#include "values.hpp"

namespace isojoule::cli {
namespace {

struct CountArguments {
  OnnxOptions onnx;
  std::string workload;
  std::string architecture;
  std::string layers;
  std::string hidden;
  std::string rule;  ///< empty: exact
  std::optional<std::uint64_t> batch;
};

[[noreturn]] void refuse(const std::string& what) { throw Error(ErrorCode::usage, what); }

/// The id of what was named: "cnn" of "2" and "512" is cnn-2x512.
std::string workload_id(const CountArguments& options) {
  if (options.architecture.empty()) return options.workload;
  if (options.layers.empty() || options.hidden.empty())
    refuse("--arch needs --layers and --hidden, as in --arch cnn --layers 2 --hidden 512");
  return options.architecture + "-" + options.layers + "x" + options.hidden;
}

void print_all(const std::vector<Table>& tables) {
  for (std::size_t i = 0; i < tables.size(); ++i) {
    if (i > 0) print_text("\n");
    print(tables[i]);
  }
}

void count_workload(Files& files, const CountArguments& options) {
  const Workload workload = parse_workload(workload_id(options));
  const std::uint64_t batch = options.batch.value_or(1);
  const std::string& name = workload.id.name();
  Json json{{"schema", schema_text("isojoule.cost", 1)},
            {"workload", name},
            {"architecture", architecture_name(workload.architecture)}};
  std::vector<Table> tables;
  if (options.rule == kDeepspeedRule) {
    json.update(breakdown_to_json(workload.cost, batch));
    tables = cost_tables(name, workload.cost, batch);
  } else {
    const CostBreakdown cost = exact_cost(workload.architecture, batch);
    json.update(breakdown_to_json(cost));
    tables = cost_tables(name, cost);
  }
  show_answer(files, options.onnx.json, [&] { return json; }, [&] { print_all(tables); });
}

void count(Files& files, const CountArguments& options) {
  const bool sizes = !options.layers.empty() || !options.hidden.empty();
  const int named = (options.onnx.file.empty() ? 0 : 1) + (options.workload.empty() ? 0 : 1) +
                    (options.architecture.empty() ? 0 : 1);
  if (named != 1) refuse("name one thing to count: a file MODEL.onnx, --workload or --arch");
  if (sizes && options.architecture.empty()) refuse("--layers and --hidden belong to --arch");
  if (options.onnx.file.empty()) {
    if (options.onnx.nodes) refuse("--nodes belongs to a file MODEL.onnx");
    if (!options.onnx.inputs.empty()) refuse("--input belongs to a file MODEL.onnx");
    count_workload(files, options);
    return;
  }
  if (!options.rule.empty()) refuse("--rule is for workloads; a file is counted by the rule onnx");
  if (options.batch)
    refuse("--batch is for workloads; give the size of a file's inputs by --input");
  count_onnx_file(files, options.onnx);
}

}  // namespace

void add_count(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("count", "Count the arithmetic of a model: FLOPs, MACs, bytes");
  auto options = std::make_shared<CountArguments>();
  command->add_option("model", options->onnx.file, "An ONNX file");
  command->add_option("--workload", options->workload, "A workload's id, as cnn-2x512");
  command->add_option("--arch", options->architecture, "An architecture: mlp, cnn, rnn or crnn")
      ->check(CLI::IsMember({"mlp", "cnn", "rnn", "crnn"}));
  command->add_option("--layers", options->layers, "Its layers; of crnn CONV.RECURRENT, as 2.1");
  command->add_option("--hidden", options->hidden,
                      "Its channels or hidden units; of crnn CHANNELS.HIDDEN, as 512.256");
  command
      ->add_option("--rule", options->rule,
                   "Count a workload by exact (the default) or deepspeed (docs/cost.md)")
      ->check(CLI::IsMember({kExactRule, kDeepspeedRule}));
  command->add_option("--batch", options->batch, "Samples in a workload's step (default: 1)")
      ->check(positive());
  command
      ->add_option("--input", options->onnx.inputs,
                   "Size of a file's input, NAME=1x3x224x224; can be repeated")
      ->allow_extra_args(false);
  command->add_flag("--nodes", options->onnx.nodes, "Show each node of a file too");
  add_json_option(command, context, options->onnx.json);
  command->footer(
      "Examples:\n  isojoule count --arch crnn --layers 2.1 --hidden 512.256 --batch 8\n"
      "  isojoule count model.onnx --input x=1x3x224x224");
  command->callback([&context, options] { count(*context.world.files, *options); });
}

}  // namespace isojoule::cli
