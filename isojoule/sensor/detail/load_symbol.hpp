// Functions of a vendor's library that is opened at run time.
#pragma once

#include "isojoule/core/world.hpp"

namespace isojoule::detail {

/// Sets `function` to the library's function of that name; to nullptr where it has none. That the
/// type is the library's own is for the caller to know.
///
///     int (*init)() = nullptr;
///     detail::load_symbol(*library, "nvmlInit_v2", init);
template <class Function>
void load_symbol(const Library& library, const char* name, Function*& function) {
  function = reinterpret_cast<Function*>(library.symbol(name));
}

}  // namespace isojoule::detail
