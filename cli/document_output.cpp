#include "document_output.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/core/error.hpp"
#include "isojoule/core/text.hpp"
#include "isojoule/page/html.hpp"
#include "isojoule/page/latex.hpp"
#include "isojoule/page/markdown.hpp"
#include "isojoule/page/table_data.hpp"
#include "isojoule/page/text.hpp"

#include "print_figure.hpp"

namespace isojoule::cli {
namespace {

const std::vector<std::string> kFormats{"html", "markdown", "latex", "csv", "json",
                                        "text", "svg",      "pdf",   "png"};

std::string format_of(const DocumentOutput& options) {
  if (!options.format.empty()) {
    if (std::ranges::find(kFormats, options.format) == kFormats.end())
      throw unknown_name("format", options.format, kFormats);
    return options.format;
  }
  const std::size_t dot = options.file.rfind('.');
  if (dot == std::string::npos) return "html";
  std::string ending = options.file.substr(dot + 1);
  if (ending == "md") return "markdown";
  if (ending == "tex") return "latex";
  if (ending == "txt") return "text";
  if (std::ranges::find(kFormats, ending) != kFormats.end()) return ending;
  throw Error(ErrorCode::usage,
              fmt::format("{}: the ending tells no format; name one with --format: {}",
                          options.file, fmt::join(kFormats, ", ")));
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
  // Devices and pipes cannot be replaced.
  const bool in_place = std::filesystem::exists(file) && !std::filesystem::is_regular_file(file);
  const std::string first = in_place ? file : file + ".part";
  std::ofstream stream(first, std::ios::binary);
  stream << text;
  if (!stream.flush()) throw Error(ErrorCode::io, "cannot write " + first);
  stream.close();
  std::error_code failure;
  if (!in_place) std::filesystem::rename(first, file, failure);
  if (failure) throw Error(ErrorCode::io, "cannot write " + file + ": " + failure.message());
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
                          const DocumentOutput& options) {
  PrintOptions print{PrintFormat::pdf, options.columns, chosen(figure, options.pick)};
  if (format == "svg") print.format = PrintFormat::svg;
  if (format == "png") print.format = PrintFormat::png;
  if (format == "svg" || format == "pdf" || format == "png")
    return print_figure(world, figure, print);
  if (format == "csv") return render_csv(figure, chosen(figure, options.pick));
  if (format == "json") return json_text(figure_to_json(figure, chosen(figure, options.pick)));
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

}  // namespace

void add_output_options(CLI::App* command, DocumentOutput& output, const OutputHelp& help) {
  command->add_option("-o,--output", output.file, help.output);
  command->add_option("--format", output.format,
                      "html, markdown, latex, csv, json, text; of a figure svg, pdf, png\n"
                      "(default: by the output's ending)");
  auto* figure =
      command->add_option("--figure", output.figure, "One figure alone: " + help.figures);
  command
      ->add_option("--pick", output.pick,
                   "With --figure: NAME=VALUE, as its pickers have them: pair='A -> B'")
      ->take_all()
      ->needs(figure);
  command->add_option("--columns", output.columns, "With --figure: 1 or 2 wide, 85 or 176 mm")
      ->check(CLI::IsMember({1, 2}))
      ->capture_default_str()
      ->needs(figure);
  command->add_option("--table", output.table, "One table alone: " + help.tables)->excludes(figure);
}

std::string command_line(const CLI::App& command) {
  std::string line = "isojoule " + command.get_name();
  for (const CLI::Option* option : command.get_options()) {
    if (option->count() == 0) continue;
    if (!option->get_positional()) line += " " + option->get_name();
    if (option->get_expected_max() == 0) continue;  // a flag
    line += " " + shell_word(fmt::format("{}", fmt::join(option->results(), ",")));
  }
  return line;
}

ReportOrigin report_origin(const std::string& file, const std::string& command) {
  return {file == "-" ? "standard input" : file.substr(file.rfind('/') + 1), command,
          "isojoule " ISOJOULE_VERSION};
}

bool is_asked_for(const DocumentOutput& output) {
  return !output.file.empty() || !output.format.empty() || !output.figure.empty() ||
         !output.table.empty();
}

void write_document(const World& world, const Document& document, const DocumentOutput& output) {
  const std::string format = format_of(output);
  const std::string file = output.file.empty() ? "report." + ending_of(format) : output.file;
  if (!output.table.empty())
    return write(render_table(find_table(document, output.table), format), file);
  if (!output.figure.empty())
    return write(render_figure(world, find_figure(document, output.figure), format, output), file);
  write(render(document, format), file);
}

}  // namespace isojoule::cli
