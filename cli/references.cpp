#include <algorithm>
#include <memory>

#include "isojoule/core/error.hpp"
#include "isojoule/evaluate/reference_search.hpp"
#include "isojoule/report/reference_tables.hpp"

#include "context.hpp"
#include "data.hpp"
#include "output.hpp"
#include "output_options.hpp"
#include "values.hpp"

namespace isojoule::cli {
namespace {

constexpr const char* kExhaustive = "exhaustive";

struct ReferencesArguments {
  ObservationSource data;
  std::string from;
  std::string selection = "variance";
  std::size_t count = 4;
  std::uint64_t seed = 1;
  bool weigh_cost = false;
  std::string fit = "ratio";
  std::size_t keep = 5;
  std::string json;  ///< a file, - for standard output; empty: none
};

void show_suggested(Files& files, const Dataset& dataset, const ReferencesArguments& options) {
  const auto suggested =
      suggest_references(dataset, options.from, selection_from_string(options.selection),
                         options.count, options.seed, options.weigh_cost);
  show_answer(
      files, options.json, [&] { return suggested_to_json(suggested); },
      [&] { print(suggested_table(options.selection, options.from, suggested)); });
}

void show_exhaustive(Files& files, const Dataset& dataset, const ReferencesArguments& options) {
  if (options.fit != "ratio" && options.fit != "linear")
    throw unknown_name("fit", options.fit, std::vector<std::string>{"ratio", "linear"});
  const SubsetFit fit = options.fit == "ratio" ? SubsetFit::ratio : SubsetFit::linear;
  const ExhaustiveReferences found =
      search_references(dataset, fit, options.count, options.keep, options.seed);
  show_answer(
      files, options.json, [&] { return exhaustive_to_json(options.fit, found); },
      [&] { print(exhaustive_table(options.fit, options.count, found)); });
}

/// Before anything is read.
void check(const ReferencesArguments& options, const CLI::App& command) {
  const bool exhaustive = options.selection == kExhaustive;
  for (const char* name : {"--fit", "--best"}) {
    if (command.count(name) > 0 && !exhaustive)
      throw Error(ErrorCode::usage, std::string(name) + " goes with --selection exhaustive");
  }
  if (options.weigh_cost && options.selection != "variance")
    throw Error(ErrorCode::usage, "--per-joule goes with --selection variance");
  if (exhaustive && !options.from.empty())
    throw Error(ErrorCode::usage,
                "--from does not go with --selection exhaustive, which takes all pairs");
  if (exhaustive) return;
  std::vector<std::string> known = selection_names();
  known.emplace_back(kExhaustive);
  if (std::ranges::find(known, options.selection) == known.end())
    throw unknown_name("selection", options.selection, known);
  if (options.from.empty())
    throw Error(ErrorCode::usage, "--from is needed: the machine on which the workloads are known");
}

void add_options(CLI::App* command, Context& context, ReferencesArguments& options) {
  command->add_option("data", options.data.file, "Table of energies, - for standard input")
      ->required();
  add_data_options(command, options.data);
  command->add_option("--from", options.from, "Machine to predict from (not for exhaustive)")
      ->type_name("MACHINE");
  command->add_option("--k", options.count, "Number of references")
      ->check(positive())
      ->capture_default_str();
  command
      ->add_option("--selection", options.selection,
                   "variance, space-filling, min-max, lowest, highest, random, exhaustive")
      ->capture_default_str();
  command->add_flag("--per-joule", options.weigh_cost,
                    "variance: what shows most for each joule of running it");
  command->add_option("--fit", options.fit, "exhaustive: ratio or linear")->capture_default_str();
  command->add_option("--best", options.keep, "exhaustive: how many sets to show")
      ->check(positive())
      ->capture_default_str();
  command->add_option("--seed", options.seed, kSeedHelp)->capture_default_str();
  add_json_option(command, context, options.json);
}

}  // namespace

void add_references(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("references", "Say which workloads to run on a new machine");
  auto options = std::make_shared<ReferencesArguments>();
  add_options(command, context, *options);
  command->footer(
      "exhaustive scores every set on all pairs of machines, on one half of the workloads, and "
      "the\n"
      "best ones on the other half.\n\n"
      "Example:\n"
      "  isojoule references energies.csv --from A --k 4\n"
      "  isojoule references energies.csv --selection exhaustive --fit linear --k 4");
  command->callback([&context, options, command] {
    check(*options, *command);
    const Dataset dataset = read_dataset(options->data);
    if (options->selection == kExhaustive) {
      show_exhaustive(*context.world.files, dataset, *options);
    } else {
      show_suggested(*context.world.files, dataset, *options);
    }
  });
}

}  // namespace isojoule::cli
