#include "isojoule/table/readers.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/core/error.hpp"
#include "isojoule/table/detail/reader_list.hpp"

namespace isojoule {
namespace {

using Places = std::vector<std::size_t>;

std::vector<std::string> names_at(std::span<const TableFormat> formats, const Places& places) {
  std::vector<std::string> names;
  for (const std::size_t place : places) names.emplace_back(formats[place].name);
  return names;
}

Places all_of(std::span<const TableFormat> formats) {
  Places places(formats.size());
  for (std::size_t i = 0; i < places.size(); ++i) places[i] = i;
  return places;
}

/// The formats that match best; empty if none matches at all.
Places best_matches(std::span<const TableFormat> formats, std::string_view beginning) {
  Places best;
  FormatMatch so_far = FormatMatch::possible;
  for (std::size_t i = 0; i < formats.size(); ++i) {
    const FormatMatch match = formats[i].recognise(beginning);
    if (match < so_far) continue;
    if (match > so_far) best.clear();
    so_far = match;
    best.push_back(i);
  }
  return best;
}

Places with_ending(std::span<const TableFormat> formats, const Places& places,
                   const std::string& where) {
  Places result;
  std::ranges::copy_if(places, std::back_inserter(result), [&](std::size_t place) {
    return std::ranges::any_of(formats[place].endings,
                               [&where](std::string_view end) { return where.ends_with(end); });
  });
  return result;
}

const ReaderOption* find_option(const TableFormat& format, std::string_view name) {
  const auto found = std::ranges::find(format.options, name, &ReaderOption::name);
  return found == format.options.end() ? nullptr : &*found;
}

/// Throws for an option that formats[chosen] does not have.
[[noreturn]] void throw_foreign_option(std::span<const TableFormat> formats, std::size_t chosen,
                                       const std::string& name, const std::string& where) {
  Places owners;
  std::vector<std::string> known;
  for (std::size_t i = 0; i < formats.size(); ++i) {
    if (find_option(formats[i], name) != nullptr) owners.push_back(i);
    for (const ReaderOption& option : formats[i].options) known.emplace_back(option.name);
  }
  if (owners.empty()) throw unknown_name("option of a reader", name, known);
  throw Error(ErrorCode::usage,
              fmt::format("--{} is an option of {}, and {} is read as {}", name,
                          fmt::join(names_at(formats, owners), ", "), where, formats[chosen].name));
}

}  // namespace

std::span<const TableReader> table_readers() {
#define ISOJOULE_READER_OF(name) detail::name##_reader,
  static const std::array readers{ISOJOULE_TABLE_READERS(ISOJOULE_READER_OF)};
#undef ISOJOULE_READER_OF
  return readers;
}

std::size_t find_format(std::span<const TableFormat> formats, std::string_view name) {
  const auto found = std::ranges::find(formats, name, &TableFormat::name);
  if (found == formats.end())
    throw unknown_name("format", name, names_at(formats, all_of(formats)));
  return static_cast<std::size_t>(found - formats.begin());
}

std::size_t recognise_format(std::span<const TableFormat> formats, std::string_view beginning,
                             const std::string& where) {
  if (beginning.empty())
    throw Error(ErrorCode::bad_input, where + ": is empty; a table of energies is expected");
  Places best = best_matches(formats, beginning);
  if (const Places ended = with_ending(formats, best, where); ended.size() == 1) best = ended;
  if (best.size() == 1) return best.front();
  if (best.empty())
    throw Error(ErrorCode::bad_input,
                fmt::format("{}: its format is not recognised; name it by --from-format: {}", where,
                            fmt::join(names_at(formats, all_of(formats)), ", ")));
  throw Error(ErrorCode::bad_input,
              fmt::format("{}: can be read in several formats; name one by --from-format: {}",
                          where, fmt::join(names_at(formats, best), ", ")));
}

ReaderValues format_values(std::span<const TableFormat> formats, std::size_t chosen,
                           const ReaderValues& given, const std::string& where) {
  ReaderValues values;
  for (const ReaderOption& option : formats[chosen].options) {
    std::vector<std::string>& own = values[std::string(option.name)];
    if (!option.is_repeated) own.emplace_back(option.preset);
  }
  for (const auto& [name, those] : given) {
    if (those.empty()) continue;
    const ReaderOption* const option = find_option(formats[chosen], name);
    if (option == nullptr) throw_foreign_option(formats, chosen, name, where);
    if (those.size() > 1 && !option->is_repeated)
      throw Error(ErrorCode::usage, fmt::format("--{} is given several times", name));
    values[name] = those;
  }
  return values;
}

TableSummary read_table(TableInput& input, const std::string& format, const ReaderValues& values,
                        const ObservationSinks& sinks) {
  const std::span<const TableReader> readers = table_readers();
  std::vector<TableFormat> formats;
  for (const TableReader& reader : readers) formats.push_back(reader.format);
  const std::size_t chosen = format.empty()
                                 ? recognise_format(formats, input.beginning(), input.where())
                                 : find_format(formats, format);
  return readers[chosen].read(input.stream(), input.where(),
                              format_values(formats, chosen, values, input.where()), sinks);
}

}  // namespace isojoule
