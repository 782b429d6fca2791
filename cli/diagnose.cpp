#include <memory>

#include <fmt/format.h>

#include "isojoule/normalize/reference_search.hpp"

#include "context.hpp"
#include "data.hpp"
#include "output.hpp"

namespace isojoule::cli {
namespace {

struct Options {
  DataOptions data;
  std::string from;
  double below = 0.3;
  bool json = false;
};

void diagnose(const Options& options) {
  const Dataset dataset = read_dataset(options.data);
  const auto doubtful = doubtful_rows(dataset, options.from, options.below);
  if (options.json) {
    Json rows = Json::array();
    for (const DoubtfulRow& row : doubtful)
      rows.push_back({{"workload", row.workload},
                      {"hardware", row.machine},
                      {"weight", row.weight},
                      {"measured_over_expected", row.factor}});
    return print(rows);
  }
  Table table;
  table.title = "Energies that the others do not explain, seen from " + options.from;
  table.columns = {{"workload"},
                   {"machine"},
                   {"measured/expected", Column::Align::right},
                   {"weight", Column::Align::right}};
  for (const DoubtfulRow& row : doubtful)
    table.rows.push_back({row.workload, row.machine, fmt::format("{:.2f}", row.factor),
                          fmt::format("{:.2f}", row.weight)});
  if (doubtful.empty()) table.notes.emplace_back("There is none.");
  table.notes.emplace_back(
      "A run beside another one on the same board shows like this, and so does a workload that "
      "truly "
      "is unlike all others. Measure it again before it is left out.");
  print(table);
}

}  // namespace

void add_diagnose(CLI::App& app, Context&) {
  CLI::App* command =
      app.add_subcommand("diagnose", "Name the energies of a table that the others do not explain");
  auto options = std::make_shared<Options>();
  command->add_option("data", options->data.file, "Table of energies, - for standard input")
      ->required();
  add_data_options(command, options->data);
  command->add_option("--from", options->from, "The machine that the others are seen from")
      ->required();
  command->add_option("--below", options->below, "The weight below which an energy is named")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command->add_flag("--json", options->json, "Print JSON");
  command->footer("Example:\n  isojoule diagnose energies.csv --from A");
  command->callback([options] { diagnose(*options); });
}

}  // namespace isojoule::cli
