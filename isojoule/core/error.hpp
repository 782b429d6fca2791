// The one exception of the library.
#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace isojoule {

enum class ErrorCode {
  usage,         ///< the caller asked for something that makes no sense (the program exits with 2)
  unknown_name,  ///< a name that is not known; the message lists near names (exits with 2)
  bad_input,     ///< a file or value that cannot be understood
  incompatible,  ///< things that must not be compared or combined
  io,            ///< the operating system refused
};

/// Thrown when an operation that was asked for cannot be done. The message names what, where and
/// what to do, in one line without a final full stop.
///
/// Not for hardware that is absent (a Probe), trouble while sampling (a Fault), or too little data
/// (an optional, or a row with its reason).
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ErrorCode code() const noexcept { return code_; }

 private:
  ErrorCode code_;
};

/// An Error about a name that is not among `known`: "unknown workload 'cnn-2x12'; did you mean
/// cnn-2x128, cnn-2x512?". Near is a small edit distance or a common prefix; where nothing is near,
/// all known names are listed if they are few.
Error unknown_name(std::string_view what, std::string_view given,
                   std::span<const std::string> known);

}  // namespace isojoule
