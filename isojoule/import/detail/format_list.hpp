// The importers, one line each. An importer NAME is a file that defines `const LogFormat
// NAME_format` in this namespace, and a line here.
#pragma once

#include "isojoule/import/log_format.hpp"

#define ISOJOULE_LOG_FORMATS(FORMAT) \
  FORMAT(nvidia_smi)                 \
  FORMAT(amd_smi)                    \
  FORMAT(plain)

namespace isojoule::detail {

#define ISOJOULE_DECLARE_FORMAT(name) extern const LogFormat name##_format;
ISOJOULE_LOG_FORMATS(ISOJOULE_DECLARE_FORMAT)
#undef ISOJOULE_DECLARE_FORMAT

}  // namespace isojoule::detail
