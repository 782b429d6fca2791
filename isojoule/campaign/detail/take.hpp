// Values that may be given, and replace others then.
#pragma once

#include <optional>

namespace isojoule::detail {

/// `value` becomes what is given, if something is.
template <class T, class U>
void take(T& value, const std::optional<U>& given) {
  // NOLINTNEXTLINE(bugprone-optional-value-conversion): T may be an optional itself.
  if (given) value = *given;
}

}  // namespace isojoule::detail
