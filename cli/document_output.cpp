#include "document_output.hpp"

#include <filesystem>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/core/error.hpp"
#include "isojoule/core/text.hpp"
#include "isojoule/page/renderers.hpp"

#include "output.hpp"
#include "output_options.hpp"
#include "text_output.hpp"

namespace isojoule::cli {
namespace {

/// By name, else by the file's ending, else a page.
const Renderer& renderer_of(const DocumentOutput& output) {
  if (!output.format.empty()) return find_renderer(output.format);
  std::string ending = std::filesystem::path(output.file).extension();
  if (ending.empty()) return renderers().front();
  if (const Renderer* found = renderer_by_ending(ending.erase(0, 1))) return *found;
  std::vector<std::string> names;
  for (const Renderer& renderer : renderers()) names.push_back(renderer.name);
  throw Error(ErrorCode::usage,
              fmt::format("{}: the ending names no format; name one with --format: {}", output.file,
                          fmt::join(names, ", ")));
}

std::string default_file(const Renderer& renderer) { return "report." + renderer.endings.front(); }

Content content_of(const DocumentOutput& output) {
  if (!output.table.empty()) return Content::table;
  return output.figure.empty() ? Content::document : Content::figure;
}

/// COLUMN=VALUE as its two parts.
std::pair<std::string, std::string> parse_pick(const std::string& pick) {
  const std::size_t equals = pick.find('=');
  if (equals == std::string::npos)
    throw Error(ErrorCode::usage, "--pick '" + pick + "' must be NAME=VALUE");
  return {pick.substr(0, equals), pick.substr(equals + 1)};
}

FigureOptions figure_options(const Figure& figure, const DocumentOutput& output) {
  FigureOptions options{output.columns};
  for (const std::string& pick : output.pick) {
    const auto [column, value] = parse_pick(pick);
    options.chosen.push_back(choose(figure, column, value));
  }
  return options;
}

std::string rendered(const Renderer& renderer, const Document& document,
                     const DocumentOutput& output) {
  if (!output.table.empty()) return render(renderer, find_table(document, output.table));
  if (output.figure.empty()) return render(renderer, document);
  const Figure& figure = find_figure(document, output.figure);
  return render(renderer, figure, figure_options(figure, output));
}

/// The forms of reports, and those of figures alone.
std::string format_help() {
  const std::vector<std::string> documents = renderers_of(Content::document);
  std::vector<std::string> pictures;
  for (const Renderer& renderer : renderers()) {
    if (renderer.document == nullptr) pictures.push_back(renderer.name);
  }
  return fmt::format("{}; of a figure {}\n(default: by the output's ending)",
                     fmt::join(documents, ", "), fmt::join(pictures, ", "));
}

}  // namespace

void add_document_options(CLI::App* command, Context& context, DocumentOutput& output,
                          const OutputHelp& help) {
  add_output_option(command, context, output.file, help.output);
  command->add_option("--format", output.format, format_help());
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
    if (const std::string file = given_file(*option); !file.empty()) line += "=" + shell_word(file);
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

void check_output(Context& context, const DocumentOutput& output) {
  const Renderer& renderer = renderer_of(output);
  const Content content = content_of(output);
  if (content == Content::document && renderer.document == nullptr)
    throw Error(ErrorCode::usage,
                "as " + renderer.name + " one figure is written: name it with --figure");
  check_writes(renderer, content);
  for (const std::string& pick : output.pick) parse_pick(pick);
  if (!output.file.empty()) return;  // checked as it was read
  const std::filesystem::path file = default_file(renderer);
  if (std::filesystem::exists(std::filesystem::symlink_status(file)))
    throw Error(ErrorCode::usage,
                file.string() + " is there already; name the file to write with -o FILE");
  claim_output(context, "the report", file.string());
}

void write_document(Files& files, const Document& document, const DocumentOutput& output) {
  const Renderer& renderer = renderer_of(output);
  write_data(files, rendered(renderer, document, output),
             output.file.empty() ? default_file(renderer) : output.file);
}

}  // namespace isojoule::cli
