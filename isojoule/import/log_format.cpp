#include "isojoule/import/log_format.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/import/detail/format_list.hpp"

namespace isojoule {

std::span<const LogFormat> log_formats() {
#define ISOJOULE_FORMAT_OF(name) detail::name##_format,
  static const std::array formats{ISOJOULE_LOG_FORMATS(ISOJOULE_FORMAT_OF)};
#undef ISOJOULE_FORMAT_OF
  return formats;
}

const LogFormat& recognise_log(std::span<const std::string> lines, const std::string& where) {
  const auto formats = log_formats();
  const auto found = std::ranges::find_if(
      formats, [lines](const LogFormat& format) { return format.recognise(lines); });
  if (found != formats.end()) return *found;
  std::string known;
  for (const LogFormat& format : formats)
    known += fmt::format("{}{}, {}", known.empty() ? "" : "; ", format.name, format.summary);
  throw Error(
      ErrorCode::bad_input,
      fmt::format("{}: is no log that can be imported. Known are {}. A log needs its header", where,
                  known));
}

}  // namespace isojoule
