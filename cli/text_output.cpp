#include "text_output.hpp"

#include <unistd.h>

#include <memory>
#include <utility>

#include "isojoule/core/error.hpp"

namespace isojoule::cli {
namespace {

constexpr std::size_t kMostWaitingBytes = 1 << 16;

class StandardOutput {
 public:
  void put(std::string_view bytes) {
    waiting_ += bytes;
    if (waiting_.size() >= kMostWaitingBytes) flush();
  }
  void flush() {
    if (!error_) error_ = output_->write(waiting_);
    waiting_.clear();
  }
  const std::error_code& error() const { return error_; }

 private:
  std::unique_ptr<OutputFile> output_ = borrowed_output(STDOUT_FILENO);
  std::string waiting_;
  std::error_code error_;
};

StandardOutput& standard_output() {
  static StandardOutput output;
  return output;
}

}  // namespace

void print_text(std::string_view text) { standard_output().put(text); }

void print_data(std::string_view bytes) { standard_output().put(bytes); }

void flush_text() { standard_output().flush(); }

const std::error_code& output_error() { return standard_output().error(); }

void print_note(std::string_view text) {
  flush_text();
  borrowed_output(STDERR_FILENO)->write(text);
}

void print_message(std::string_view message) {
  print_note("isojoule: " + std::string(message) + "\n");
}

void draw(int terminal, std::string_view sequences) { borrowed_output(terminal)->write(sequences); }

DataFile::DataFile(Files& files, std::string file) : file_(std::move(file)) {
  if (file_ == "-") return;
  std::error_code error;
  replacement_.emplace(files, file_, error);
  require(error);
}

void DataFile::put(std::string_view bytes) {
  if (!replacement_) return print_data(bytes);
  waiting_ += bytes;
  if (waiting_.size() >= kMostWaitingBytes) write_waiting();
}

void DataFile::finish() {
  if (!replacement_) return flush_text();
  write_waiting();
  require(replacement_->commit());
}

void DataFile::write_waiting() {
  require(replacement_->write(waiting_));
  waiting_.clear();
}

void DataFile::require(const std::error_code& error) const {
  if (error) throw Error(ErrorCode::io, "cannot write " + file_ + ": " + reason_of(error));
}

DataStream::DataStream(DataFile& file) : std::ostream(nullptr), buffer_(file) {
  rdbuf(&buffer_);
  exceptions(badbit);  // so that an Error of the file gets out
}

std::streambuf::int_type DataStream::Buffer::overflow(int_type character) {
  if (traits_type::eq_int_type(character, traits_type::eof()))
    return traits_type::not_eof(character);
  const char byte = traits_type::to_char_type(character);
  file_.put({&byte, 1});
  return character;
}

std::streamsize DataStream::Buffer::xsputn(const char* bytes, std::streamsize count) {
  file_.put({bytes, static_cast<std::size_t>(count)});
  return count;
}

void require_writable(Files& files, const std::string& file) {
  std::error_code error;
  if (files.status(file, error).kind == FileStatus::Kind::other) return;
  const DataFile tried(files, file);
}

void write_data(Files& files, std::string_view bytes, const std::string& file) {
  DataFile output(files, file);
  output.put(bytes);
  output.finish();
}

}  // namespace isojoule::cli
