#include "isojoule/sensor/cpu_model/cpu_time.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace isojoule {
namespace {

/// One number after spaces, removed from the front of `text`; empty if there is none.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

/// The numbers of the line that begins with `key` and a space; empty if there is no such whole
/// line: the last number of one that is cut off may be cut off, too.
std::optional<std::string_view> numbers_of(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    const std::size_t length = text.find('\n');
    if (length == std::string_view::npos) return std::nullopt;
    const std::string_view line = text.substr(0, length);
    text.remove_prefix(length + 1);
    if (line.starts_with(key) && line.substr(key.size()).starts_with(' '))
      return line.substr(key.size());
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> cgroup_cpu_microseconds(std::string_view text) {
  std::optional<std::string_view> line = numbers_of(text, "usage_usec");
  if (!line) return std::nullopt;
  const auto usage = take_number(*line);
  return line->empty() ? usage : std::nullopt;
}

std::optional<std::uint64_t> machine_cpu_microseconds(std::string_view text) {
  static const auto kTicksPerSecond = static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK));
  std::optional<std::string_view> line = numbers_of(text, "cpu");
  if (!line) return std::nullopt;
  std::array<std::uint64_t, 7> ticks{};  // user nice system idle iowait irq softirq
  for (std::uint64_t& field : ticks) {
    const std::optional<std::uint64_t> number = take_number(*line);
    if (!number) return std::nullopt;
    field = *number;
  }
  const std::uint64_t busy = ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6];
  return busy * 1'000'000 / kTicksPerSecond;
}

}  // namespace isojoule
