#include "text_output.hpp"

#include <unistd.h>

#include <memory>
#include <streambuf>
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

/// Without a buffer of its own: standard output has one.
class DataBuffer final : public std::streambuf {
 private:
  int_type overflow(int_type character) override {
    if (traits_type::eq_int_type(character, traits_type::eof()))
      return traits_type::not_eof(character);
    const char byte = traits_type::to_char_type(character);
    print_data({&byte, 1});
    return character;
  }
  std::streamsize xsputn(const char* bytes, std::streamsize count) override {
    print_data({bytes, static_cast<std::size_t>(count)});
    return count;
  }
  int sync() override {
    flush_text();
    return output_error() ? -1 : 0;
  }
};

}  // namespace

void print_text(std::string_view text) { standard_output().put(text); }

void print_data(std::string_view bytes) { standard_output().put(bytes); }

std::ostream& data_stream() {
  static DataBuffer buffer;
  static std::ostream stream(&buffer);
  return stream;
}

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

void write_data(Files& files, std::string_view bytes, const std::string& file) {
  DataFile output(files, file);
  output.put(bytes);
  output.finish();
}

}  // namespace isojoule::cli
