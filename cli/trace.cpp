#include <memory>

#include "isojoule/report/trace_tables.hpp"
#include "isojoule/trace/trace_reader.hpp"

#include "context.hpp"
#include "output.hpp"
#include "text_output.hpp"

namespace isojoule::cli {
namespace {

struct TraceArguments {
  std::string file;
  bool csv = false;
};

void show(const TraceArguments& options) {
  if (options.csv) {
    write_trace_csv(options.file, data_stream());
    return;
  }
  for (const Table& table : trace_tables(options.file)) print(table);
}

}  // namespace

void add_trace(CLI::App& app, Context&) {
  CLI::App* command =
      app.add_subcommand("trace", "Show what a trace holds, or print its readings as CSV");
  auto options = std::make_shared<TraceArguments>();
  command->add_option("file", options->file, "The trace file")->required();
  command->add_flag("--csv", options->csv, "Every reading, one a line");
  command->footer(
      "Energies of a trace: isojoule recover --dry-run. To play it again: isojoule measure\n"
      "--replay.\n\n"
      "Example:\n"
      "  isojoule trace run.trace\n"
      "  isojoule trace run.trace --csv > readings.csv");
  command->callback([options] { show(*options); });
}

}  // namespace isojoule::cli
