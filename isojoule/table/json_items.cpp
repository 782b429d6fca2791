#include "isojoule/table/detail/json_items.hpp"

#include <cstdint>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "isojoule/core/json.hpp"

namespace isojoule::detail {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{64} << 10;

/// What the JSON parser reads from: ends where the input ends.
class InputIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = char;

  InputIterator() = default;
  explicit InputIterator(JsonInput& input) : input_(&input) {}

  char operator*() const { return static_cast<char>(input_->peek()); }
  InputIterator& operator++() {
    input_->skip();
    return *this;
  }
  friend bool operator==(const InputIterator& a, const InputIterator& b) {
    return a.is_end() == b.is_end();
  }

 private:
  bool is_end() const { return input_ == nullptr || input_->peek() == JsonInput::kEnd; }
  JsonInput* input_ = nullptr;
};

/// Collects the members of one object; what lies deeper is `other`.
class MemberCollector : public nlohmann::json_sax<Json> {
 public:
  MemberCollector(const JsonInput& input, std::vector<JsonMember>& members)
      : input_(input), members_(members) {}

  bool null() override { return put(JsonMember::Type::null, 0, {}); }
  bool boolean(bool) override { return put(JsonMember::Type::other, 0, {}); }
  bool number_integer(std::int64_t value) override {
    return put(JsonMember::Type::number, static_cast<double>(value), std::to_string(value));
  }
  bool number_unsigned(std::uint64_t value) override {
    return put(JsonMember::Type::number, static_cast<double>(value), std::to_string(value));
  }
  bool number_float(double value, const std::string& digits) override {
    return put(JsonMember::Type::number, value, digits);
  }
  bool string(std::string& value) override {
    return put(JsonMember::Type::text, 0, std::move(value));
  }
  bool binary(Json::binary_t&) override { return put(JsonMember::Type::other, 0, {}); }
  bool start_object(std::size_t) override { return open(); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(); }
  bool end_array() override { return close(); }
  bool key(std::string& name) override {
    if (depth_ == 1) members_.push_back({std::move(name), JsonMember::Type::null, 0, {}});
    return true;
  }
  bool parse_error(std::size_t, const std::string&,
                   const nlohmann::json::exception& error) override {
    const std::string_view message = error.what();
    // "[json.exception.parse_error.101] parse error at line 1, column 9: syntax error ...": its
    // line counts from this object, so that only what is wrong is kept.
    const std::size_t colon = message.find(": ");
    input_.fail(fmt::format("is no JSON: {}",
                            message.substr(colon == std::string_view::npos ? 0 : colon + 2)));
  }

 private:
  bool put(JsonMember::Type type, double number, std::string text) {
    if (depth_ != 1) return true;
    members_.back().type = type;
    members_.back().number = number;
    members_.back().text = std::move(text);
    return true;
  }
  bool open() {
    if (depth_ == 1) put(JsonMember::Type::other, 0, {});
    ++depth_;
    return true;
  }
  bool close() {
    --depth_;
    return true;
  }

  const JsonInput& input_;
  std::vector<JsonMember>& members_;
  int depth_ = 0;
};

}  // namespace

JsonInput::JsonInput(std::istream& in, std::string where, std::size_t max_item_bytes)
    : in_(in), where_(std::move(where)), max_item_bytes_(max_item_bytes), buffer_(kBlockBytes) {}

int JsonInput::peek() {
  if (position_ == filled_) {
    in_.read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    if (in_.bad()) throw Error(ErrorCode::io, where_ + ": cannot be read");
    filled_ = static_cast<std::size_t>(in_.gcount());
    position_ = 0;
    if (filled_ == 0) return kEnd;
  }
  return static_cast<unsigned char>(buffer_[position_]);
}

void JsonInput::skip() {
  if (buffer_[position_] == '\n') ++line_;
  ++position_;
  if (++item_bytes_ > max_item_bytes_)
    fail(fmt::format("the object is longer than {} MiB", max_item_bytes_ >> 20));
}

void JsonInput::fail(const std::string& what) const {
  throw Error(ErrorCode::bad_input, fmt::format("{}:{}: {}", where_, line_, what));
}

JsonItems::JsonItems(std::istream& in, std::string where, std::size_t max_item_bytes)
    : input_(in, std::move(where), max_item_bytes) {
  if (skip_space() == '[') {
    in_array_ = true;
    input_.skip();
  }
}

bool JsonItems::next() {
  if (!skip_to_item()) return false;
  ++count_;
  line_ = input_.line();
  members_.clear();
  MemberCollector collector(input_, members_);
  Json::sax_parse(InputIterator(input_), InputIterator(), &collector,
                  nlohmann::detail::input_format_t::json, false);
  return true;
}

int JsonItems::skip_space() {
  input_.begin_item();
  for (;;) {
    const int c = input_.peek();
    if (c != ' ' && c != '\t' && c != '\r' && c != '\n') return c;
    input_.skip();
    input_.begin_item();  // space is no part of an object, however much there is
  }
}

bool JsonItems::skip_to_item() {
  int c = skip_space();
  if (in_array_ && c == ']') {
    input_.skip();
    if (skip_space() != JsonInput::kEnd) input_.fail("something stands behind the array");
    return false;
  }
  if (in_array_ && count_ > 0) {
    if (c != ',') input_.fail("a comma or ']' is expected behind an object");
    input_.skip();
    c = skip_space();
  }
  if (c == JsonInput::kEnd && !in_array_) return false;
  if (c != '{') input_.fail("an object is expected: {\"workload\": ...}");
  return true;
}

}  // namespace isojoule::detail
