// A store in one SQLite file (docs/formats/store.md): in write-ahead mode, where the file system
// can. Several processes may use one file; a locked one is waited for 10 s.
#pragma once

#include <memory>
#include <string>

#include "isojoule/record/store.hpp"

namespace isojoule {

/// Opens a file without making or changing one; it need not be writable. A file that is not there
/// is a store that holds nothing. Throws Error(io) if it cannot be read or is not a store;
/// Error(bad_input) if its schema is newer than this program's.
std::unique_ptr<StoreReader> open_sqlite_to_read(const std::string& file);

/// Opens, and makes if need be, the file and its directory. Throws likewise, and Error(io) if it
/// cannot be made or written.
std::unique_ptr<Store> open_sqlite_to_write(const std::string& file);

}  // namespace isojoule
