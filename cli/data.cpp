#include "data.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/core/error.hpp"
#include "isojoule/normalize/features.hpp"

#include "text_output.hpp"

namespace isojoule::cli {
namespace {

constexpr const char* kGroup = "Reading a table of energies";

/// An option, and the formats that have it.
struct SharedOption {
  ReaderOption option;
  std::vector<std::string_view> formats;
};

std::vector<SharedOption> shared_options(const std::vector<TableFormat>& formats) {
  std::vector<SharedOption> shared;
  for (const TableFormat& format : formats) {
    for (const ReaderOption& option : format.options) {
      const auto found = std::ranges::find(shared, option.name,
                                           [](const SharedOption& one) { return one.option.name; });
      SharedOption& one = found == shared.end() ? shared.emplace_back(option) : *found;
      one.formats.push_back(format.name);
    }
  }
  return shared;
}

/// "Name of the machine (zeus)", on two lines where one would be too long.
std::string option_help(const SharedOption& shared) {
  constexpr std::size_t kLine = 70;  // what 100 columns leave
  const std::string formats = fmt::format("({})", fmt::join(shared.formats, ", "));
  const bool fits = shared.option.help.size() + 1 + formats.size() <= kLine;
  return fmt::format("{}{}{}", shared.option.help, fits ? ' ' : '\n', formats);
}

std::string format_help(const std::vector<TableFormat>& formats) {
  std::vector<std::string_view> names;
  for (const TableFormat& format : formats) names.push_back(format.name);
  return fmt::format("{}\n(default: recognised by the content)", fmt::join(names, ", "));
}

}  // namespace

std::string features_help() {
  return fmt::format("{}, joined by +", fmt::join(feature_names(), ", "));
}

std::vector<std::string> add_data_options(CLI::App* command, ObservationSource& source) {
  const std::vector<TableFormat> formats = observation_formats();
  std::vector<std::string> names{"--from-format"};
  command->add_option(names.front(), source.format, format_help(formats))->group(kGroup);
  for (const SharedOption& shared : shared_options(formats)) {
    const ReaderOption& option = shared.option;
    names.push_back("--" + std::string(option.name));
    CLI::Option* const added = command->add_option(
        names.back(), source.values[std::string(option.name)], option_help(shared));
    added->group(kGroup)->default_str(std::string(option.preset));
    if (!option.is_repeated) added->expected(1);
  }
  return names;
}

std::vector<std::string> add_data_option(CLI::App* command, ObservationSource& source) {
  command->add_option("--data", source.file, "Table of energies, - for standard input")
      ->type_name("FILE");
  return add_data_options(command, source);
}

std::string first_given(const CLI::App& command, std::span<const std::string> options) {
  const auto found = std::ranges::find_if(
      options, [&command](const std::string& name) { return command.count(name) > 0; });
  return found == options.end() ? std::string() : *found;
}

void require_source(const CLI::App& command, std::span<const std::string> options,
                    const ObservationSource& source, const std::string& named) {
  const std::string given = first_given(command, options);
  if (source.file.empty() && !given.empty())
    throw Error(ErrorCode::usage, given + " goes with " + named);
}

ReadObservations read_data(const ObservationSource& source) {
  ReadObservations read = read_observations(source);
  for (const TableRemark& remark : read.remarks) print_message("note: " + remark.text());
  return read;
}

Dataset read_dataset(const ObservationSource& source) { return Dataset(read_data(source).rows); }

}  // namespace isojoule::cli
