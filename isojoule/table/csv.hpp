// Comma-separated values (RFC 4180), read as a stream.
//
// One row at a time lies in memory, however long the file is. Beyond the RFC: rows may end with
// CRLF, LF or CR, the last one with nothing; a UTF-8 byte order mark at the start is no part of the
// first field; lines without a single character are no rows. Fields are taken as they are, with
// their white space; any bytes may stand in them.
#pragma once

#include <cstddef>
#include <istream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace isojoule {

/// What a row may be at most, so that a file that is no table ends in a message and not in memory
/// that runs out.
inline constexpr std::size_t kMaxCsvFields = 16'384;
inline constexpr std::size_t kMaxCsvRowBytes = std::size_t{16} << 20;

/// A place in a file, both from 1.
struct TextPlace {
  std::size_t line = 1;
  std::size_t character = 1;  ///< on that line; UTF-8 code points
};

/// Not for sharing between threads. The stream must outlive the reader, which reads ahead.
class CsvReader {
 public:
  /// `where` names the file in errors.
  CsvReader(std::istream& in, std::string where);

  /// Goes to the next row; false after the last. Throws Error(bad_input) "FILE:LINE: character 17
  /// (field 3): ..." for a quote inside an unquoted field, anything but a separator behind a
  /// closing quote, a quote that is never closed, a row beyond the limits above, and UTF-16;
  /// Error(io) if the stream fails. After an exception the reader is of no more use.
  bool next();

  /// The fields of the row, unquoted; at least one. Valid until the next call of next().
  std::span<const std::string_view> fields() const { return fields_; }

  /// Of the row's first character, from 1.
  std::size_t line() const { return line_; }

  /// Where the field, counted from 0, begins: a row with quoted line breaks spans several lines.
  TextPlace place(std::size_t field) const;

  const std::string& where() const { return where_; }

 private:
  /// Where a field lies in the row, quotes included.
  struct Extent {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t doubled_quotes = 0;
    bool quoted = false;
  };

  bool more();
  int at(std::size_t offset);
  void skip_byte_order_mark();
  bool skip_empty_lines();
  std::size_t skip_line_end(std::size_t offset);
  Extent read_field(std::size_t begin);
  Extent read_quoted(std::size_t begin);
  Extent read_bare(std::size_t begin);
  void take_fields();
  TextPlace place_of(std::size_t offset) const;
  [[noreturn]] void fail(std::size_t offset, const std::string& what) const;

  std::istream& in_;
  std::string where_;
  std::vector<char> buffer_;
  std::size_t row_ = 0;     ///< of the row's first byte in the buffer
  std::size_t filled_ = 0;  ///< bytes in the buffer
  std::size_t size_ = 0;    ///< of the row, its line end included
  std::size_t line_ = 1;
  std::size_t next_line_ = 1;
  bool started_ = false;
  std::vector<Extent> extents_;
  std::string unquoted_;  ///< the row's fields that held doubled quotes
  std::vector<std::string_view> fields_;
};

}  // namespace isojoule
