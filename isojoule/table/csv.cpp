#include "isojoule/table/csv.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{256} << 10;
constexpr int kEnd = -1;

/// The characters that end a run of an unquoted field's own.
constexpr auto kSpecial = [] {
  std::array<bool, 256> special{};
  for (const char c : {',', '"', '\r', '\n'}) special[static_cast<unsigned char>(c)] = true;
  return special;
}();

bool is_line_end(int c) { return c == '\n' || c == '\r'; }

/// Whether the text breaks a line at `i`; of CR LF the LF does.
bool breaks_line(std::string_view text, std::size_t i) {
  return text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n'));
}

std::size_t count_line_breaks(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (breaks_line(text, i)) ++count;
  return count;
}

}  // namespace

CsvReader::CsvReader(std::istream& in, std::string where)
    : in_(in), where_(std::move(where)), buffer_(kBlockBytes) {}

bool CsvReader::next() {
  row_ += std::exchange(size_, 0);
  line_ = next_line_;
  extents_.clear();
  skip_byte_order_mark();
  if (!skip_empty_lines()) return false;
  std::size_t offset = 0;
  for (;;) {
    if (extents_.size() == kMaxCsvFields)
      fail(offset, fmt::format("the row has more than {} fields", kMaxCsvFields));
    extents_.push_back(read_field(offset));
    offset = extents_.back().end;
    if (at(offset) != ',') break;
    ++offset;
  }
  size_ = skip_line_end(offset);
  if (size_ > offset) ++next_line_;
  take_fields();
  return true;
}

/// Reads the next block behind the row, which moves to the front of the buffer; false at the end of
/// the stream.
bool CsvReader::more() {
  if (row_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + row_, filled_ - row_);
    filled_ -= std::exchange(row_, 0);
  }
  if (filled_ > kMaxCsvRowBytes) {
    fail(extents_.empty() ? 0 : extents_.back().end,
         fmt::format("the row is longer than {} MiB; is a quote never closed?",
                     kMaxCsvRowBytes >> 20));
  }
  if (filled_ == buffer_.size()) buffer_.resize(2 * buffer_.size());
  in_.read(buffer_.data() + filled_, static_cast<std::streamsize>(buffer_.size() - filled_));
  if (in_.bad()) throw Error(ErrorCode::io, where_ + ": cannot be read");
  filled_ += static_cast<std::size_t>(in_.gcount());
  return in_.gcount() > 0;
}

int CsvReader::at(std::size_t offset) {
  while (row_ + offset >= filled_) {
    if (!more()) return kEnd;
  }
  return static_cast<unsigned char>(buffer_[row_ + offset]);
}

void CsvReader::skip_byte_order_mark() {
  if (std::exchange(started_, true)) return;
  const int first = at(0);
  const int second = at(1);
  if ((first == 0xFF && second == 0xFE) || (first == 0xFE && second == 0xFF))
    fail(0, "the file is UTF-16; save it as UTF-8");
  if (first == 0xEF && second == 0xBB && at(2) == 0xBF) row_ += 3;
}

/// False if nothing comes behind them.
bool CsvReader::skip_empty_lines() {
  while (is_line_end(at(0))) {
    row_ += skip_line_end(0);
    ++line_;
  }
  next_line_ = line_;
  return at(0) != kEnd;
}

/// Behind the line end at `offset`, if there is one.
std::size_t CsvReader::skip_line_end(std::size_t offset) {
  if (at(offset) == '\r') return at(offset + 1) == '\n' ? offset + 2 : offset + 1;
  return at(offset) == '\n' ? offset + 1 : offset;
}

CsvReader::Extent CsvReader::read_field(std::size_t begin) {
  return at(begin) == '"' ? read_quoted(begin) : read_bare(begin);
}

CsvReader::Extent CsvReader::read_bare(std::size_t begin) {
  Extent extent{begin, begin, 0, false};
  do {
    const char* const row = buffer_.data() + row_;
    const char* const end = buffer_.data() + filled_;
    const char* const found = std::find_if(
        row + extent.end, end, [](char c) { return kSpecial[static_cast<unsigned char>(c)]; });
    extent.end = static_cast<std::size_t>(found - row);
    if (found != end) break;
  } while (more());
  if (at(extent.end) == '"')
    fail(extent.end, "a quote stands inside an unquoted field; quote the field and double it");
  return extent;
}

CsvReader::Extent CsvReader::read_quoted(std::size_t begin) {
  Extent extent{begin, begin + 1, 0, true};
  for (;;) {
    if (at(extent.end) == kEnd) fail(begin, "the quote is never closed");
    const char* const row = buffer_.data() + row_;
    const std::size_t available = filled_ - row_ - extent.end;
    const void* const found = std::memchr(row + extent.end, '"', available);
    if (found == nullptr) {
      extent.end += available;
      continue;
    }
    extent.end = static_cast<std::size_t>(static_cast<const char*>(found) - row) + 1;
    if (at(extent.end) != '"') break;
    ++extent.end;
    ++extent.doubled_quotes;
  }
  const int behind = at(extent.end);
  if (behind != ',' && behind != kEnd && !is_line_end(behind))
    fail(extent.end, "something stands between a closing quote and the next comma");
  const std::string_view text(buffer_.data() + row_ + begin, extent.end - begin);
  next_line_ += count_line_breaks(text);
  return extent;
}

/// Makes the fields, now that the row lies whole in the buffer and will not move.
void CsvReader::take_fields() {
  std::size_t to_unquote = 0;
  for (const Extent& extent : extents_)
    if (extent.doubled_quotes > 0) to_unquote += extent.end - extent.begin;
  unquoted_.clear();
  unquoted_.reserve(to_unquote);  // so that the fields in it stay where they are
  fields_.clear();
  for (const Extent& extent : extents_) {
    std::string_view field(buffer_.data() + row_ + extent.begin, extent.end - extent.begin);
    if (extent.quoted) field = field.substr(1, field.size() - 2);
    if (extent.doubled_quotes > 0) {
      const std::size_t begin = unquoted_.size();
      for (std::size_t i = 0; i < field.size(); ++i) {
        unquoted_ += field[i];
        if (field[i] == '"') ++i;
      }
      field = std::string_view(unquoted_).substr(begin);
    }
    fields_.push_back(field);
  }
}

TextPlace CsvReader::place(std::size_t field) const { return place_of(extents_[field].begin); }

TextPlace CsvReader::place_of(std::size_t offset) const {
  const std::string_view row(buffer_.data() + row_, filled_ - row_);
  TextPlace place{line_, 1};
  for (std::size_t i = 0; i < offset; ++i) {
    if (breaks_line(row, i)) {
      ++place.line;
      place.character = 1;
    } else if ((static_cast<unsigned char>(row[i]) & 0xC0) != 0x80) {  // no continuation of UTF-8
      ++place.character;
    }
  }
  return place;
}

void CsvReader::fail(std::size_t offset, const std::string& what) const {
  const TextPlace place = place_of(offset);
  const auto inside = [offset](const Extent& extent) { return extent.end < offset; };
  const auto field = 1 + std::ranges::count_if(extents_, inside);
  throw Error(ErrorCode::bad_input, fmt::format("{}:{}: character {} (field {}): {}", where_,
                                                place.line, place.character, field, what));
}

}  // namespace isojoule
