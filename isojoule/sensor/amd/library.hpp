// What AMD's two libraries have in common: how they are found, called and asked for their words.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "isojoule/core/world.hpp"

namespace isojoule::amd {

/// The first of `names` that opens; else the file `installed`, where AMD's packages put it without
/// telling the linker. `opened` is then the name. Empty if there is none; `why_not` says why.
std::unique_ptr<Library> open_first(const World& world, std::span<const char* const> names,
                                    const char* installed, std::string& opened,
                                    std::string& why_not);

/// Calls a function of a library; one that it does not have is `Status::function_absent`.
template <class Status, class... Parameters, class... Arguments>
Status call(Status (*function)(Parameters...), Arguments... arguments) {
  return function != nullptr ? function(arguments...) : Status::function_absent;
}

/// A status in words: those of `status_string`, which either library has.
template <class Status>
std::string describe(Status (*status_string)(Status, const char**), Status status,
                     const char* library) {
  if (status == Status::function_absent) return "this library lacks the function";
  const char* text = nullptr;
  std::string code = library + (" error " + std::to_string(static_cast<std::uint32_t>(status)));
  if (call(status_string, status, &text) != Status::success || text == nullptr) return code;
  return text + (" (" + code + ")");
}

}  // namespace isojoule::amd
