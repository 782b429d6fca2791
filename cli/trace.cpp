#include <memory>

#include <fmt/format.h>

#include "isojoule/app/imported_trace.hpp"
#include "isojoule/app/total.hpp"
#include "isojoule/core/error.hpp"
#include "isojoule/core/mark.hpp"
#include "isojoule/record/record_json.hpp"
#include "isojoule/report/trace_tables.hpp"
#include "isojoule/table/cell.hpp"
#include "isojoule/trace/trace_reader.hpp"

#include "context.hpp"
#include "output.hpp"
#include "output_options.hpp"
#include "text_output.hpp"
#include "values.hpp"

namespace isojoule::cli {
namespace {

struct TraceArguments {
  std::string file;
  std::string csv;  ///< a file, - for standard output; empty: none
};

struct ImportArguments {
  std::string log;
  std::string output;
  std::vector<std::string> windows;
  std::string board;
  std::string name;
  std::string json;
};

void show_trace(Files& files, const TraceArguments& options) {
  if (options.file.empty()) throw Error(ErrorCode::usage, "trace needs a FILE; see --help");
  if (!options.csv.empty()) {
    DataFile file(files, options.csv);
    DataStream stream(file);
    write_trace_csv(options.file, stream);
    file.finish();
  }
  if (options.csv == "-") return;
  for (const Table& table : trace_tables(options.file)) print(table);
}

/// NAME=FROM..TO, in seconds.
LogWindow parse_window(const std::string& text) {
  const auto wrong = [&text](const std::string& why) {
    return Error(ErrorCode::usage, fmt::format("--window '{}' must be NAME=FROM..TO, in seconds "
                                               "since the log's start: {}",
                                               text, why));
  };
  const std::size_t equals = text.find('=');
  const std::size_t dots = text.find("..", equals);
  if (equals == std::string::npos || dots == std::string::npos)
    throw wrong("'=' or '..' is missing");
  const auto from = cell_number(text.substr(equals + 1, dots - equals - 1));
  if (!from) throw wrong("a time " + from.refused);
  const auto to = cell_number(text.substr(dots + 2));
  if (!to) throw wrong("a time " + to.refused);
  if (*from < 0.0 || *to < *from || *to > 1e9) throw wrong("TO must be after FROM, FROM 0 or more");
  LogWindow window{text.substr(0, equals), *from * second, *to * second};
  try {
    format_mark({Mark::Edge::begin, window.name, Instant{}, {}});
  } catch (const Error& error) {
    throw wrong(error.what());
  }
  return window;
}

void import(const Context& context, const ImportArguments& options) {
  ImportRequest request{options.log,   options.output, {},
                        options.board, options.name,   ISOJOULE_VERSION};
  for (const std::string& window : options.windows) request.windows.push_back(parse_window(window));
  const Record record = import_trace(context.world, request);
  if (options.json.empty()) {
    print(record_overview(record));
    print_message("the trace is " + record.trace);
  } else {
    write_json(*context.world.files, record_to_json(record), options.json);
  }
}

std::string known_formats() {
  std::string text;
  for (const auto& [name, what] : known_logs()) text += fmt::format("  {:<12} {}\n", name, what);
  return text;
}

void add_import(CLI::App* trace, Context& context) {
  CLI::App* command = trace->add_subcommand(
      "import", "Make a trace of another tool's log of power, and measure it");
  auto options = std::make_shared<ImportArguments>();
  command->add_option("log", options->log, "The log")->required();
  command->add_option("-o,--output", options->output, "The trace to write (default: LOG.trace)");
  command
      ->add_option("--window", options->windows,
                   "NAME=FROM..TO: a part to measure, in seconds since the log's start")
      ->allow_extra_args(false);
  command->add_option("--board", options->board,
                      "The NVIDIA board of a log that does not name it, as nvidia-smi does");
  command->add_option("--name", options->name, kNameHelp);
  command
      ->add_option("--json", options->json,
                   "Write the record instead, to a file or to standard output")
      ->expected(0, 1)
      ->default_str("-");
  command->footer(
      "Formats, recognised by content:\n" + known_formats() +
      "\nReadings are taken as they are in the log: no gain is applied. What is known of a "
      "board's\n"
      "sensor follows from its name; without it energies have no interval.\n"
      "isojoule recover keeps the record of the trace.\n\n"
      "Example:\n"
      "  isojoule trace import power.csv --window steps=12.5..72.5\n"
      "  isojoule trace import recording.csv --board 'NVIDIA A100-PCIE-40GB' --json=record.json");
  command->callback([&context, options] { import(context, *options); });
}

}  // namespace

void add_trace(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("trace", "Show what a trace holds, write its readings, or import a log");
  auto options = std::make_shared<TraceArguments>();
  command->add_option("file", options->file, "The trace file");
  add_csv_option(command, context, options->csv);
  command->require_subcommand(0, 1);
  add_import(command, context);
  command->footer(
      "The CSV has a line for each reading. Energies of a trace: isojoule recover --dry-run. To\n"
      "play it again: isojoule measure --replay.\n\n"
      "Example:\n"
      "  isojoule trace run.trace\n"
      "  isojoule trace run.trace --csv=readings.csv\n"
      "  isojoule trace import power.csv");
  command->callback([command, &context, options] {
    if (command->get_subcommands().empty()) show_trace(*context.world.files, *options);
  });
}

}  // namespace isojoule::cli
