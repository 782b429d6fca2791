#include "isojoule/app/count.hpp"

#include <memory>

#include "isojoule/core/error.hpp"
#include "isojoule/cost/deepspeed.hpp"

#include "context.hpp"
#include "count_onnx.hpp"
#include "output.hpp"
#include "output_options.hpp"
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

std::string named_workload(const CountArguments& options) {
  if (options.architecture.empty()) return options.workload;
  if (options.layers.empty() || options.hidden.empty())
    refuse("--arch needs --layers and --hidden, as in --arch cnn --layers 2 --hidden 512");
  return workload_id(options.architecture, options.layers, options.hidden);
}

void print_workload(Files& files, const CountArguments& options) {
  const WorkloadCount counted =
      count_workload(named_workload(options), options.rule.empty() ? kExactRule : options.rule,
                     options.batch.value_or(1));
  show_answer(
      files, options.onnx.json, [&] { return count_to_json(counted); },
      [&] { print(count_tables(counted)); });
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
    print_workload(files, options);
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
