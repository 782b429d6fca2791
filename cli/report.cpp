#include <algorithm>
#include <fstream>
#include <iostream>
#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/core/error.hpp"
#include "isojoule/report/evaluation_document.hpp"
#include "isojoule/report/evaluation_figures.hpp"
#include "isojoule/report/html.hpp"
#include "isojoule/report/latex.hpp"
#include "isojoule/report/markdown.hpp"
#include "isojoule/report/table_data.hpp"
#include "isojoule/report/text.hpp"

#include "context.hpp"
#include "data.hpp"
#include "output.hpp"
#include "print_figure.hpp"

namespace isojoule::cli {
namespace {

struct Options {
  DataOptions data;
  std::string output;
  std::string format;  ///< empty: by the output's ending, else html
  std::string figure;
  std::string table;
  std::vector<std::string> pick;
  int columns = 1;
  std::string pair;
  StudyOptions study;
  std::vector<std::string> normalizers;
  std::string command;  ///< as it was given
};

const std::vector<std::string> kFormats{"html", "markdown", "latex", "csv", "json",
                                        "text", "svg",      "pdf",   "png"};

std::string format_of(const Options& options) {
  if (!options.format.empty()) {
    if (std::ranges::find(kFormats, options.format) == kFormats.end())
      throw unknown_name("format", options.format, kFormats);
    return options.format;
  }
  const std::size_t dot = options.output.rfind('.');
  if (dot == std::string::npos) return "html";
  const std::string ending = options.output.substr(dot + 1);
  if (ending == "md") return "markdown";
  if (ending == "tex") return "latex";
  if (ending == "txt") return "text";
  return std::ranges::find(kFormats, ending) == kFormats.end() ? "html" : ending;
}

std::string ending_of(const std::string& format) {
  if (format == "markdown") return "md";
  if (format == "latex") return "tex";
  return format == "text" ? "txt" : format;
}

void write(const std::string& text, const std::string& file) {
  if (file == "-") {
    std::cout << text << std::flush;
    return;
  }
  std::ofstream stream(file, std::ios::binary);
  stream << text;
  if (!stream.flush()) throw Error(ErrorCode::io, "cannot write " + file);
}

/// A word as a shell takes it.
std::string quoted(const std::string& word) {
  const bool plain = !word.empty() && word.find_first_not_of(
                                          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                          "0123456789_./:=,+@%-") == std::string::npos;
  if (plain) return word;
  std::string result = "'";
  for (const char c : word) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

/// The command as it was given, whatever its spelling.
std::string command_line(const CLI::App& command) {
  std::string line = "isojoule " + command.get_name();
  for (const CLI::Option* option : command.get_options()) {
    if (option->count() == 0) continue;
    if (!option->get_positional()) line += " " + option->get_name();
    line += " " + quoted(fmt::format("{}", fmt::join(option->results(), ",")));
  }
  return line;
}

std::string json_text(const Json& json) { return with_valid_utf8(json).dump(2) + "\n"; }

std::string render_text(const Document& document) {
  std::string text = wrap_text(document.title) + "\n\n" + wrap_text(document.summary) + "\n";
  for (const Section& section : document.sections) {
    text += "\n== " + wrap_text(section.heading) + "\n";
    for (const Block& block : section.blocks) {
      text += '\n';
      if (const auto* paragraph = std::get_if<std::string>(&block)) {
        text += wrap_text(*paragraph) + "\n";
      } else if (const auto* verbatim = std::get_if<Verbatim>(&block)) {
        text += "    " + wrap_text(verbatim->text, kTextWidth, 4) + "\n";
      } else if (const auto* named = std::get_if<NamedTable>(&block)) {
        text += isojoule::render_text(named->table);
      } else if (const auto* figure = std::get_if<Figure>(&block)) {
        text +=
            wrap_text(figure->title + " " + figure->caption + " (--figure " + figure->id + ")") +
            "\n";
      }
    }
  }
  return text;
}

std::string render_table(const Table& table, const std::string& format) {
  if (format == "markdown") return render_markdown(table);
  if (format == "latex") return render_latex(table);
  if (format == "csv") return render_csv(table);
  if (format == "json") return json_text(table_to_json(table));
  if (format == "text") return isojoule::render_text(table);
  throw Error(ErrorCode::usage,
              "a table is written as markdown, latex, csv, json or text, not as " + format);
}

/// COLUMN=VALUE of the figure's pickers.
std::vector<Picker> chosen(const Figure& figure, const std::vector<std::string>& picks) {
  std::vector<Picker> result;
  for (const std::string& pick : picks) {
    const std::size_t equals = pick.find('=');
    if (equals == std::string::npos)
      throw Error(ErrorCode::usage, "--pick '" + pick + "' must be NAME=VALUE");
    const std::string column = pick.substr(0, equals);
    std::vector<std::string> names;
    for (const Picker& picker : figure.pickers) names.push_back(picker.column);
    if (std::ranges::find(names, column) == names.end())
      throw unknown_name("choice", column, names);
    const std::string value = pick.substr(equals + 1);
    const std::vector<std::string> values = distinct(figure.data->column(column).texts());
    if (std::ranges::find(values, value) == values.end()) throw unknown_name(column, value, values);
    result.push_back({column, "", value});
  }
  return result;
}

std::string render_figure(const World& world, const Figure& figure, const std::string& format,
                          const Options& options) {
  PrintOptions print{PrintFormat::pdf, options.columns, chosen(figure, options.pick)};
  if (format == "svg") print.format = PrintFormat::svg;
  if (format == "png") print.format = PrintFormat::png;
  if (format == "svg" || format == "pdf" || format == "png")
    return print_figure(world, figure, print);
  if (format == "csv") return render_csv(figure);
  if (format == "json") return json_text(figure_to_json(figure));
  throw Error(ErrorCode::usage,
              "a figure is written as svg, pdf, png, csv or json, not as " + format);
}

std::string render(const Document& document, const std::string& format) {
  if (format == "html") return render_html(document);
  if (format == "markdown") return render_markdown(document);
  if (format == "latex") return render_latex(document);
  if (format == "csv") return render_csv(document);
  if (format == "json") return json_text(document_to_json(document));
  if (format == "text") return render_text(document);
  throw Error(ErrorCode::usage, "as " + format + " one figure is written: name it with --figure");
}

/// Every pair is evaluated; this one is shown first.
std::pair<std::string, std::string> first_pair(const Options& options, const Dataset& dataset) {
  const std::vector<std::string>& machines = dataset.machines();
  if (machines.size() < 2)
    throw Error(ErrorCode::bad_input,
                fmt::format("a report needs two machines, there is {}", machines.size()));
  if (options.pair.empty()) return {machines[0], machines[1]};
  const std::string& text = options.pair;
  for (std::size_t at = text.find(':'); at != std::string::npos; at = text.find(':', at + 1)) {
    const std::pair pair{text.substr(0, at), text.substr(at + 1)};
    const auto known = [&](const std::string& name) {
      return std::ranges::find(machines, name) != machines.end();
    };
    if (known(pair.first) && known(pair.second) && pair.first != pair.second) return pair;
  }
  const std::size_t at = text.find(':');
  if (at != std::string::npos) {
    dataset.machine(text.substr(0, at));
    dataset.machine(text.substr(at + 1));
  }
  throw Error(ErrorCode::usage, "pair '" + text + "' must be SOURCE:TARGET, two machines");
}

void report(const World& world, const Options& options) {
  const std::string format = format_of(options);
  const Dataset dataset = read_dataset(options.data);
  const auto pair = first_pair(options, dataset);
  StudyOptions settings = options.study;
  for (const std::string& name : options.normalizers)
    settings.rules.push_back(parse_normalizer(name));
  const EvaluationStudy study = study_evaluation(dataset, settings);
  const std::string name = options.data.file == "-"
                               ? "standard input"
                               : options.data.file.substr(options.data.file.rfind('/') + 1);
  const Document document = make_evaluation_document(
      dataset, study, pair, {}, {name, options.command, "isojoule " ISOJOULE_VERSION});
  const std::string output =
      options.output.empty() ? "report." + ending_of(format) : options.output;
  if (!options.table.empty())
    return write(render_table(find_table(document, options.table), format), output);
  if (!options.figure.empty())
    return write(render_figure(world, find_figure(document, options.figure), format, options),
                 output);
  write(render(document, format), output);
}

}  // namespace

void add_report(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("report", "Show what a table of energies says: a page, figures, tables");
  auto options = std::make_shared<Options>();
  command->add_option("data", options->data.file, "The table, - for standard input")->required();
  add_data_options(command, options->data);
  command->remove_option(command->get_option("--format"));
  command
      ->add_option("--input", options->data.format,
                   "table (CSV or JSON), codecarbon, zeus, or store")
      ->capture_default_str();
  command->add_option("-o,--output", options->output,
                      "The file to write, - for standard output (default: report.html)");
  command->add_option("--format", options->format,
                      "html, markdown, latex, csv, json, text; of a figure svg, pdf, png\n"
                      "(default: by the output's ending)");
  command->add_option("--pair", options->pair, "SOURCE:TARGET, the pair that is shown first");
  command
      ->add_option("--normalizer", options->normalizers,
                   "Rules whose relative errors are told, as in isojoule evaluate")
      ->delimiter(',');
  command->add_option("--seed", options->study.seed, "Of the splits")->capture_default_str();
  command->add_option("--splits", options->study.splits, "Random splits")->capture_default_str();
  command->add_option("--figure", options->figure, "One figure alone: 1, 2, 3a, ...");
  command
      ->add_option("--pick", options->pick,
                   "With --figure: NAME=VALUE, as its pickers have them: pair='A -> B'")
      ->take_all();
  command->add_option("--columns", options->columns, "With --figure: 1 or 2 wide, 85 or 176 mm")
      ->check(CLI::IsMember({1, 2}))
      ->capture_default_str();
  command->add_option("--table", options->table, "One table alone: machines, workloads, ...")
      ->excludes("--figure");
  command->footer(
      "Example:\n"
      "  isojoule report energies.csv -o report.html\n"
      "  isojoule report energies.csv --figure 1 --columns 2 -o figure-1.pdf\n"
      "  isojoule report energies.csv --table workloads -o workloads.tex");
  command->callback([&context, options, command] {
    options->command = command_line(*command);
    report(context.world, *options);
  });
}

}  // namespace isojoule::cli
