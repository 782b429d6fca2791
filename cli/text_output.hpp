// The one door through which the program's text gets out: standard output, standard error, the
// terminal, files. Whatever must hold of all of it (which characters may reach a terminal) is done
// here; tests/architecture holds that nobody else writes.
#pragma once

#include <optional>
#include <ostream>
#include <streambuf>
#include <string>
#include <string_view>
#include <system_error>

#include "isojoule/core/files.hpp"

namespace isojoule::cli {

// For the main thread, apart from draw().

/// Text for people to standard output, when the buffer is full or flush_text() is called.
///
/// An error is kept for output_error() and later text is dropped: nothing is thrown, since what is
/// printed must not cost a record that is not kept yet.
void print_text(std::string_view text);

/// As print_text, for what has a form and rules of its own: JSON, CSV, a page, a picture.
void print_data(std::string_view bytes);

/// Writes out what was printed.
void flush_text();
/// Why printed text did not get out, so that the program must not end as if it had; empty if all
/// that was written out up to now did.
const std::error_code& output_error();

/// Text for people to standard error, at once, behind what was printed. Where it cannot be read any
/// more that is no error.
void print_note(std::string_view text);
/// A line to standard error that begins with the program's name: "isojoule: message".
void print_message(std::string_view message);

/// Text with control sequences of ours to a terminal, at once. What cannot be written is lost. For
/// any thread.
void draw(int terminal, std::string_view sequences);

/// A file that is written piece by piece, whole or not at all (see FileReplacement); "-" is
/// standard output, by print_data. All throw Error(io).
class DataFile {
 public:
  /// `files` must outlive it.
  DataFile(Files& files, std::string file);
  DataFile(const DataFile&) = delete;
  DataFile& operator=(const DataFile&) = delete;
  ~DataFile() = default;

  bool is_standard_output() const { return !replacement_; }
  void put(std::string_view bytes);
  /// Without it there is no new file.
  void finish();

 private:
  void write_waiting();
  void require(const std::error_code& error) const;

  std::string file_;
  std::optional<FileReplacement> replacement_;  ///< empty: standard output
  std::string waiting_;
};

/// A DataFile for writers to a std::ostream; an Error of the file's is thrown through it.
class DataStream final : public std::ostream {
 public:
  /// `file` must outlive it.
  explicit DataStream(DataFile& file);

 private:
  /// Without bytes of its own: the file has a buffer.
  class Buffer final : public std::streambuf {
   public:
    explicit Buffer(DataFile& file) : file_(file) {}

   private:
    int_type overflow(int_type character) override;
    std::streamsize xsputn(const char* bytes, std::streamsize count) override;

    DataFile& file_;
  };

  Buffer buffer_;
};

/// Throws Error(io) where a DataFile of this name could not be begun. Nothing is written; what is
/// no file (a pipe, a device) is not opened, since whoever reads it would see its end.
void require_writable(Files& files, const std::string& file);

/// A DataFile of these bytes.
void write_data(Files& files, std::string_view bytes, const std::string& file);

}  // namespace isojoule::cli
