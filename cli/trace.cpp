#include <memory>

#include "isojoule/report/trace_tables.hpp"
#include "isojoule/trace/trace_reader.hpp"

#include "context.hpp"
#include "output.hpp"
#include "output_options.hpp"
#include "text_output.hpp"

namespace isojoule::cli {
namespace {

struct TraceArguments {
  std::string file;
  std::string csv;  ///< a file, - for standard output; empty: none
};

void show_trace(Files& files, const TraceArguments& options) {
  if (!options.csv.empty()) {
    DataFile file(files, options.csv);
    DataStream stream(file);
    write_trace_csv(options.file, stream);
    file.finish();
  }
  if (options.csv == "-") return;
  for (const Table& table : trace_tables(options.file)) print(table);
}

}  // namespace

void add_trace(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("trace", "Show what a trace holds, or its readings as CSV");
  auto options = std::make_shared<TraceArguments>();
  command->add_option("file", options->file, "The trace file")->required();
  add_csv_option(command, context, options->csv);
  command->footer(
      "The CSV has a line for each reading. Energies of a trace: isojoule recover --dry-run. To\n"
      "play it again: isojoule measure --replay.\n\n"
      "Example:\n"
      "  isojoule trace run.trace\n"
      "  isojoule trace run.trace --csv=readings.csv");
  command->callback([&context, options] { show_trace(*context.world.files, *options); });
}

}  // namespace isojoule::cli
