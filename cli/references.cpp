#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/core/error.hpp"
#include "isojoule/evaluate/reference_search.hpp"
#include "isojoule/page/quantity_text.hpp"

#include "context.hpp"
#include "data.hpp"
#include "output.hpp"
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
  bool json = false;
};

void print_suggested(const Dataset& dataset, const ReferencesArguments& options) {
  const auto suggested =
      suggest_references(dataset, options.from, selection_from_string(options.selection),
                         options.count, options.seed, options.weigh_cost);
  if (options.json) {
    Json rows = Json::array();
    for (const SuggestedReference& one : suggested)
      rows.push_back({{"workload", one.workload},
                      {"source_j", one.source.in(joule)},
                      {"mean_sd", one.mean_sd ? Json(*one.mean_sd) : Json()}});
    return print(rows);
  }
  Table table;
  table.title = fmt::format("References for a new machine, {}, as known on {}", options.selection,
                            options.from);
  table.columns = {{"workload"},
                   {"on " + options.from, Column::Align::right},
                   {"left uncertain", Column::Align::right}};
  for (const SuggestedReference& one : suggested)
    table.rows.push_back({one.workload, to_text(one.source),
                          one.mean_sd ? fmt::format("{:.1f} %", 100.0 * *one.mean_sd) : "-"});
  if (options.selection == "variance")
    table.notes.emplace_back(
        "Left uncertain: the standard deviation of the other workloads' energies on the new "
        "machine, mean over all, with this reference and those above it measured.");
  print(table);
}

void print_exhaustive(const Dataset& dataset, const ReferencesArguments& options) {
  if (options.fit != "ratio" && options.fit != "linear")
    throw unknown_name("fit", options.fit, std::vector<std::string>{"ratio", "linear"});
  const SubsetFit fit = options.fit == "ratio" ? SubsetFit::ratio : SubsetFit::linear;
  const ExhaustiveReferences found =
      search_references(dataset, fit, options.count, options.keep, options.seed);
  if (options.json) {
    Json sets = Json::array();
    for (const JudgedReferences& one : found.best)
      sets.push_back({{"workloads", one.workloads},
                      {"mdape_chosen_by", one.chosen_by},
                      {"mdape_on_rest", one.on_rest ? Json(*one.on_rest) : Json()}});
    return print(Json{{"fit", options.fit},
                      {"sets", found.sets},
                      {"degenerate", found.degenerate},
                      {"mdape_median", found.median_error},
                      {"best", sets}});
  }
  Table table;
  table.title = fmt::format("The best of {} sets of {} references, {}", grouped(found.sets),
                            options.count, options.fit);
  table.columns = {
      {"references"}, {"MdAPE, %", Column::Align::right}, {"on the rest, %", Column::Align::right}};
  for (const JudgedReferences& one : found.best)
    table.rows.push_back({fmt::format("{}", fmt::join(one.workloads, ", ")),
                          fmt::format("{:.1f}", 100.0 * one.chosen_by),
                          one.on_rest ? fmt::format("{:.1f}", 100.0 * *one.on_rest) : "-"});
  table.notes.push_back(fmt::format(
      "MdAPE on the half of the workloads that the sets were chosen by, mean over all pairs; half "
      "of all sets have at most {:.1f} %. On the rest: on the other half, which says what was "
      "luck.",
      100.0 * found.median_error));
  print(table);
}

}  // namespace

void add_references(CLI::App& app, Context&) {
  CLI::App* command =
      app.add_subcommand("references", "Say which workloads to run on a new machine");
  auto options = std::make_shared<ReferencesArguments>();
  command->add_option("data", options->data.file, "Table of energies, - for standard input")
      ->required();
  add_data_options(command, options->data);
  command->add_option("--from", options->from,
                      "The machine on which the workloads are known (not for exhaustive)");
  command->add_option("--k", options->count, "How many references")
      ->check(positive())
      ->capture_default_str();
  command
      ->add_option("--selection", options->selection,
                   "variance, space-filling, min-max, lowest, highest, random, exhaustive")
      ->capture_default_str();
  command->add_flag("--per-joule", options->weigh_cost,
                    "variance: what tells most for each joule of running it");
  command->add_option("--fit", options->fit, "exhaustive: ratio or linear")->capture_default_str();
  command->add_option("--best", options->keep, "exhaustive: how many sets to show")
      ->check(positive())
      ->capture_default_str();
  command->add_option("--seed", options->seed, "Of random, and of exhaustive's halves")
      ->capture_default_str();
  command->add_flag("--json", options->json, "Print JSON");
  command->footer(
      "exhaustive scores every set on all pairs of machines, on one half of the workloads, and "
      "the\n"
      "best ones on the other half.\n\n"
      "Example:\n"
      "  isojoule references energies.csv --from A --k 4\n"
      "  isojoule references energies.csv --selection exhaustive --fit linear --k 4");
  command->callback([options, command] {
    const Dataset dataset = read_dataset(options->data);
    const bool exhaustive = options->selection == kExhaustive;
    for (const char* name : {"--fit", "--best"}) {
      if (command->count(name) > 0 && !exhaustive)
        throw Error(ErrorCode::usage, std::string(name) + " goes with --selection exhaustive");
    }
    if (options->weigh_cost && options->selection != "variance")
      throw Error(ErrorCode::usage, "--per-joule goes with --selection variance");
    if (exhaustive) return print_exhaustive(dataset, *options);
    std::vector<std::string> known = selection_names();
    known.emplace_back(kExhaustive);
    if (std::ranges::find(known, options->selection) == known.end())
      throw unknown_name("selection", options->selection, known);
    if (options->from.empty())
      throw Error(ErrorCode::usage,
                  "--from is needed: the machine on which the workloads are known");
    print_suggested(dataset, *options);
  });
}

}  // namespace isojoule::cli
