#include "isojoule/app/observation_source.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include "isojoule/app/observation_records.hpp"
#include "isojoule/core/error.hpp"
#include "isojoule/store/open_store.hpp"

namespace isojoule {
namespace {

/// A format that is read from a store.
struct StoreFormat {
  TableFormat format;
  void (*observe)(const StoreReader& store, const ObservationSinks& sinks);
};

FormatMatch is_sqlite(std::string_view beginning) {
  using namespace std::string_view_literals;
  return beginning.starts_with("SQLite format 3\0"sv) ? FormatMatch::certain : FormatMatch::none;
}

void observe_all_records(const StoreReader& store, const ObservationSinks& sinks) {
  observe_records(store.records(), RecordChoice{}, sinks);
}

void observe_all_profiles(const StoreReader& store, const ObservationSinks& sinks) {
  observe_profiles(store.profiles(), 1, sinks);
}

constexpr std::array kStoreFormats{
    StoreFormat{{"store", {}, {}, is_sqlite}, observe_all_records},
    StoreFormat{{"profiles", {}, {}, is_sqlite}, observe_all_profiles},
};

ObservationTable read_store(const std::string& file, const StoreFormat& format) {
  if (file == "-") throw Error(ErrorCode::usage, "a store cannot be read from standard input");
  ObservationTable table;
  format.observe(*open_store_to_read(file), keep_readable(table));
  return table;
}

ObservationTable read_stream(TableInput& input, const TableReader& reader,
                             const ReaderValues& values) {
  ObservationTable table;
  reader.read(input.stream(), input.where(), values, keep_strictly(table));
  return table;
}

}  // namespace

std::vector<TableFormat> observation_formats() {
  std::vector<TableFormat> formats;
  for (const TableReader& reader : table_readers()) formats.push_back(reader.format);
  for (const StoreFormat& store : kStoreFormats) formats.push_back(store.format);
  return formats;
}

ReadObservations read_observations(const ObservationSource& source) {
  const std::vector<TableFormat> formats = observation_formats();
  const std::span<const TableReader> readers = table_readers();
  std::optional<TableInput> input;
  if (source.format.empty()) input.emplace(source.file);
  const std::size_t chosen = input ? recognise_format(formats, input->beginning(), input->where())
                                   : find_format(formats, source.format);
  const ReaderValues values = format_values(formats, chosen, source.values, input ? input->where() : source.file);
  const bool is_store = chosen >= readers.size();
  if (!is_store && !input) input.emplace(source.file);
  ObservationTable table = is_store
                               ? read_store(source.file, kStoreFormats[chosen - readers.size()])
                               : read_stream(*input, readers[chosen], values);
  std::ranges::move(table.faults, std::back_inserter(table.notes));
  return {std::move(table.rows), std::move(table.notes), std::string(formats[chosen].name)};
}

}  // namespace isojoule
