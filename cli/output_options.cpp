#include "output_options.hpp"

#include <filesystem>
#include <string_view>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"

#include "output.hpp"
#include "text_output.hpp"

namespace isojoule::cli {
namespace {

// A flag's value where no FILE follows its name, as CLI11 takes it.
constexpr std::string_view kToStandardOutput = "{-}";
constexpr std::string_view kNoFile = "{/}";  // a directory: never the name of a file to write

CLI::Validator claiming(Context& context, const std::string& option) {
  return {[&context, option](const std::string& file) {
            claim_output(context, option, file);
            return std::string();
          },
          ""};
}

/// `given` is the flag's name and what it stands for alone: "--json{-}".
void add_flag_with_file(CLI::App* command, const std::string& given, std::string& file,
                        const std::string& help, CLI::Validator check) {
  command->add_flag(given, file, help)->check(std::move(check));
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  const std::size_t at = text.find(what);
  return at == std::string::npos ? text : text.replace(at, what.size(), with);
}

}  // namespace

CLI::Option* add_output_option(CLI::App* command, Context& context, std::string& file,
                               const std::string& help) {
  return command->add_option("-o,--output", file, help)
      ->type_name("FILE")
      ->check(claiming(context, "--output"));
}

void add_json_option(CLI::App* command, Context& context, std::string& file) {
  add_flag_with_file(command, fmt::format("--json{}", kToStandardOutput), file,
                     "Write JSON, to standard output or to FILE", claiming(context, "--json"));
}

void add_csv_option(CLI::App* command, Context& context, std::string& file) {
  add_flag_with_file(command, fmt::format("--csv{}", kToStandardOutput), file,
                     "Write CSV, to standard output or to FILE", claiming(context, "--csv"));
}

void add_predictions_option(CLI::App* command, Context& context, std::string& file) {
  command
      ->add_option("--predictions", file,
                   "Write every prediction as CSV to FILE, - for standard output")
      ->type_name("FILE")
      ->check(claiming(context, "--predictions"));
}

void add_json_file_option(CLI::App* command, Context& context, std::string& file) {
  const auto check = [&context](const std::string& given) {
    if (given == "/")
      throw Error(ErrorCode::usage, "--json needs a file here, as in --json=record.json");
    claim_output(context, "--json", given);
    return std::string();
  };
  add_flag_with_file(command, fmt::format("--json{}", kNoFile), file,
                     "Write the record as JSON to FILE, - for standard output",
                     CLI::Validator(check, ""));
}

void claim_output(Context& context, const std::string& option, const std::string& file) {
  if (file.empty()) throw Error(ErrorCode::usage, option + " names no file");
  const std::string place =
      file == "-" ? file : std::filesystem::absolute(file).lexically_normal().string();
  const auto [other, is_new] = context.outputs.emplace(place, option);
  if (!is_new)
    throw Error(ErrorCode::usage,
                fmt::format("{} and {} both write to {}: choose one", other->second, option,
                            file == "-" ? "standard output" : file));
  require_writable(*context.world.files, file);
}

void show_answer(Files& files, const std::string& json_file, const std::function<Json()>& json,
                 const std::function<void()>& text) {
  if (!json_file.empty()) write_json(files, json(), json_file);
  if (json_file != "-") text();
}

std::string HelpFormatter::make_option_name(const CLI::Option* option, bool is_positional) const {
  const std::string name = CLI::Formatter::make_option_name(option, is_positional);
  return replaced(replaced(name, kToStandardOutput, "[=FILE]"), kNoFile, "=FILE");
}

std::string given_file(const CLI::Option& option) {
  const std::string name = option.get_name(false, true);
  const bool takes_file =
      name.find(kToStandardOutput) != std::string::npos || name.find(kNoFile) != std::string::npos;
  return takes_file && option.results().front() != "-" ? option.results().front() : std::string();
}

}  // namespace isojoule::cli
