// Options that name what a command writes. All of them are checked while the options are read,
// before anything is computed: the file can be written, and no two options name the same one.
#pragma once

#include <functional>
#include <string>

#include "isojoule/core/json.hpp"

#include "context.hpp"

namespace isojoule::cli {

/// Adds -o FILE; "-" is standard output. `file` and `context` must outlive the command, as with all
/// of these.
CLI::Option* add_output_option(CLI::App* command, Context& context, std::string& file,
                               const std::string& help);

/// Adds --json and --json=FILE: `file` becomes "-", for standard output, or FILE. It stays empty
/// where the option is not given.
void add_json_option(CLI::App* command, Context& context, std::string& file);
/// The same for --csv.
void add_csv_option(CLI::App* command, Context& context, std::string& file);
/// --predictions FILE; "-" is standard output.
void add_predictions_option(CLI::App* command, Context& context, std::string& file);
/// --json=FILE alone, for a command whose standard output belongs to another program.
void add_json_file_option(CLI::App* command, Context& context, std::string& file);

/// Notes that an option writes to this file. Throws Error(io) where it cannot be written,
/// Error(usage) where it is no name or another option has it.
void claim_output(Context& context, const std::string& option, const std::string& file);

/// Writes the JSON where `json_file` names a place for it, and the text unless that place is
/// standard output.
void show_answer(Files& files, const std::string& json_file, const std::function<Json()>& json,
                 const std::function<void()>& text);

/// Shows --json[=FILE] in help texts as it is typed.
class HelpFormatter final : public CLI::Formatter {
 public:
  std::string make_option_name(const CLI::Option* option, bool is_positional) const override;
};

/// "--json=FILE" as it was given; empty for an option of another kind, and where nothing follows
/// its name.
std::string given_file(const CLI::Option& option);

}  // namespace isojoule::cli
