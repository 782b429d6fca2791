// A file of the door as a std::istream, for readers of text and of frames.
#pragma once

#include <filesystem>
#include <istream>
#include <memory>
#include <streambuf>
#include <system_error>
#include <vector>

#include "isojoule/core/files.hpp"

namespace isojoule {

/// Reads forward only; positions are not known. A failure to read makes the stream bad() behind the
/// last byte that was read, so that half a file is not taken for a whole one; who reads through
/// std::istreambuf_iterator gets a std::system_error. For one thread at a time.
///
///   InputStream in(*world.files, "table.csv");
///   if (in.error()) throw Error(ErrorCode::io, "cannot read table.csv: " + reason_of(in.error()));
class InputStream final : public std::istream {
 public:
  /// Where the file cannot be opened the stream has failed, and error() says why. `files` is only
  /// used here.
  InputStream(Files& files, const std::filesystem::path& file);

  /// Of opening or reading; empty at the end of a file that was read whole.
  const std::error_code& error() const noexcept { return buffer_.error; }

 private:
  struct Buffer final : std::streambuf {
    int_type underflow() override;
    std::unique_ptr<InputFile> file;
    std::vector<char> bytes;
    std::error_code error;
  };
  Buffer buffer_;
};

}  // namespace isojoule
