// The readers, one line each. A reader NAME is a file that defines `const TableReader NAME_reader`
// in this namespace, and a line here.
#pragma once

#include "isojoule/table/readers.hpp"

#define ISOJOULE_TABLE_READERS(READER) \
  READER(csv)                          \
  READER(json)                         \
  READER(codecarbon)                   \
  READER(zeus)

namespace isojoule::detail {

#define ISOJOULE_DECLARE_READER(name) extern const TableReader name##_reader;
ISOJOULE_TABLE_READERS(ISOJOULE_DECLARE_READER)
#undef ISOJOULE_DECLARE_READER

}  // namespace isojoule::detail
