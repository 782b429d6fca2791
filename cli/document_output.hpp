// Where a report goes, and in which form.
#pragma once

#include <string>
#include <vector>

#include "isojoule/page/document.hpp"

#include "context.hpp"

namespace isojoule::cli {

struct DocumentOutput {
  std::string file;    ///< empty: "report" with the format's ending, if there is none yet; "-":
                       ///< standard output
  std::string format;  ///< empty: by the file's ending, else html
  std::string figure;  ///< one figure alone
  std::string table;   ///< one table alone
  std::vector<std::string> pick;
  int columns = 1;
};

/// What the options' help says of one command.
struct OutputHelp {
  std::string output;   ///< of --output
  std::string figures;  ///< names, as examples
  std::string tables;
};

/// Adds --output, --format, --figure, --pick, --columns and --table.
void add_document_options(CLI::App* command, Context& context, DocumentOutput& output,
                          const OutputHelp& help);

/// The command as it was given, with each of its options, in words that a shell takes.
std::string command_line(const CLI::App& command);

/// What a report on a file is made from and by.
ReportOrigin report_origin(const std::string& file, const std::string& command);

/// Whether any of those options was given.
bool is_asked_for(const DocumentOutput& output);

/// Before anything is computed: the format is known and is one for what is asked for, --pick can be
/// read, and a file that nobody named is not there yet and can be written. Throws Error(usage),
/// Error(unknown_name) or Error(io).
void check_output(Context& context, const DocumentOutput& output);

/// Writes a document, or the figure or table of it that is asked for, to standard output or by
/// write_data. Throws Error.
void write_document(Files& files, const Document& document, const DocumentOutput& output);

}  // namespace isojoule::cli
