// Opens stores, and the table of backends: one line each. A new one is a folder and a line.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "isojoule/core/world.hpp"
#include "isojoule/record/store.hpp"

namespace isojoule {

/// A kind of store. Its functions are given what follows "scheme:" in the URL ("//host/name" of
/// "postgresql://host/name"); those of the first kind also a plain path.
struct StoreBackend {
  std::string_view scheme;
  std::string_view form;  ///< of its URLs: "sqlite:FILE", "postgresql://HOST/NAME"
  /// Makes and changes nothing; what is not there yet is a store that holds nothing.
  std::unique_ptr<StoreReader> (*open_to_read)(const std::string& location);
  /// Makes what is not there yet.
  std::unique_ptr<Store> (*open_to_write)(const std::string& location);
};

/// All of them.
std::span<const StoreBackend> store_backends();

/// Opens a store to keep things in, and makes it if need be. `url` is a file's path,
/// "sqlite:PATH", or "SCHEME://..." of another backend; a path that looks like a URL is meant with
/// "./" before it. Throws Error(unknown_name) for a scheme that no backend has, Error(usage) for
/// a URL of another form than its backend's, Error(io) where the
/// store cannot be made or written or is none, Error(bad_input) where it is newer than this
/// program.
///
///   open_store("measured.sqlite")->add(record);
std::unique_ptr<Store> open_store(const std::string& url);

/// Opens a store to look into; makes and changes nothing. One that is not there holds nothing.
/// Throws likewise.
std::unique_ptr<StoreReader> open_store_to_read(const std::string& url);

/// A store that holds nothing, for where there is no place for one. Its folders have no name.
std::unique_ptr<StoreReader> empty_store();

/// $XDG_DATA_HOME/isojoule/store.sqlite, or ~/.local/share/isojoule/store.sqlite. Empty where
/// neither XDG_DATA_HOME nor HOME is set to an absolute path (others count as not set).
std::optional<std::filesystem::path> default_store_file(const Environment& environment);

}  // namespace isojoule
