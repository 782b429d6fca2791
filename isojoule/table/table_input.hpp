// A table as a stream, after a look at how it begins.
#pragma once

#include <cstddef>
#include <istream>
#include <memory>
#include <streambuf>
#include <string>
#include <string_view>
#include <vector>

#include "isojoule/core/file_stream.hpp"

namespace isojoule {

/// How much of an input is looked at to recognise its format.
inline constexpr std::size_t kBeginningBytes = std::size_t{64} << 10;

/// A file, standard input, or a stream of the caller's. Its beginning is read when it is made and
/// is still the first that stream() gives: a pipe cannot be wound back. Any bytes may stand in it.
/// Not for sharing between threads.
///
///   TableInput input("energies.csv");
///   if (input.beginning().starts_with("workload,")) ...
///   CsvReader reader(input.stream(), input.where());
class TableInput {
 public:
  /// "-" is standard input. Throws Error(io) if the file cannot be opened or read.
  explicit TableInput(const std::string& file);

  /// `in` must outlive this; `where` names it in messages. Throws Error(io) if it cannot be read.
  TableInput(std::istream& in, std::string where);

  TableInput(const TableInput&) = delete;
  TableInput& operator=(const TableInput&) = delete;

  /// The first kBeginningBytes; all there is if that is less.
  std::string_view beginning() const { return beginning_; }

  /// The whole input, from its first byte. Can be read once.
  std::istream& stream() { return stream_; }

  /// The file's name, or "standard input".
  const std::string& where() const { return where_; }

 private:
  /// Gives the beginning, and then what the source holds behind it, block by block.
  class Buffer : public std::streambuf {
   public:
    /// Both must outlive it.
    Buffer(std::string& beginning, std::streambuf& source);

   protected:
    int_type underflow() override;

   private:
    std::streambuf& source_;
    std::vector<char> block_;
  };

  std::unique_ptr<InputStream> file_;  ///< null: the stream is another's
  std::string where_;
  std::string beginning_;
  Buffer buffer_;
  std::istream stream_;
};

}  // namespace isojoule
