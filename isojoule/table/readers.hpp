// The readers of tables of energies: what each reads, how its files are recognised and which
// options it takes. Help texts, options of the program and lists in messages are made from here.
//
//   TableInput input("emissions.csv");
//   ObservationTable table;
//   read_table(input, "", {{"components", {"all"}}}, keep_strictly(table));
#pragma once

#include <cstddef>
#include <functional>
#include <istream>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "isojoule/table/observation.hpp"
#include "isojoule/table/table_input.hpp"

namespace isojoule {

/// An option of a reader: --NAME of the program. Options of one name mean the same in all readers,
/// and have the same text and default.
struct ReaderOption {
  std::string_view name;
  std::string_view help;     ///< a few words, beginning in capitals, without a full stop
  std::string_view preset;   ///< the value where none is given; empty: none
  bool is_repeated = false;  ///< may be given several times
};

/// Options by name, each with its values in the order given.
using ReaderValues = std::map<std::string, std::vector<std::string>, std::less<>>;

// Options that more than one reader takes.
inline constexpr ReaderOption kMapOption{
    "map", "Columns by another name: energy_kwh=Energy,workload=Run", "", true};

/// Whether an input is of a format, by its beginning.
enum class FormatMatch {
  none,
  possible,  ///< it may be: taken if no other format matches better
  certain,   ///< it has what only this format has
};

/// What is known of a format without reading it.
struct TableFormat {
  std::string_view name;                      ///< for --from-format; lower case
  std::span<const std::string_view> endings;  ///< of its files, ".csv"
  std::span<const ReaderOption> options;
  /// Takes up to kBeginningBytes of an input, any bytes, cut off anywhere. Never throws.
  FormatMatch (*recognise)(std::string_view beginning);
};

/// A reader of one format.
struct TableReader {
  TableFormat format;
  /// Reads the whole stream; `where` names it in messages. `values` holds every option of the
  /// format, checked by format_values. Throws Error as the format's own reading function.
  TableSummary (*read)(std::istream& in, const std::string& where, const ReaderValues& values,
                       const ObservationSinks& sinks);
};

/// All readers, in the order in which lists show them.
std::span<const TableReader> table_readers();

/// The place of the format of that name. Throws Error(unknown_name) with near names, or with all.
std::size_t find_format(std::span<const TableFormat> formats, std::string_view name);

/// The place of the one format that matches `beginning` best; `where` ending as the files of only
/// one of several decides between them. Throws Error(bad_input) that lists the formats, and
/// --from-format to name one, if none or several match best, and for an empty input.
std::size_t recognise_format(std::span<const TableFormat> formats, std::string_view beginning,
                             const std::string& where);

/// The values of all options of formats[chosen]: those given, else the option's preset (one value,
/// maybe empty; none for an option that is repeated). Throws Error(usage) for an option of another
/// format, which it names, and for several values of an option that is not repeated;
/// Error(unknown_name) for an option that no format has.
ReaderValues format_values(std::span<const TableFormat> formats, std::size_t chosen,
                           const ReaderValues& given, const std::string& where);

/// Reads a table in the format of that name; empty: in the one that is recognised. Throws as the
/// three functions above and as the reader.
TableSummary read_table(TableInput& input, const std::string& format, const ReaderValues& values,
                        const ObservationSinks& sinks);

}  // namespace isojoule
