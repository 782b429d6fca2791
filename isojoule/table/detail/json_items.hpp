// The objects of a JSON array, or of JSON lines, one at a time.
#pragma once

#include <cstddef>
#include <istream>
#include <string>
#include <vector>

namespace isojoule::detail {

struct JsonMember {
  enum class Type { null, number, text, other };
  std::string key;
  Type type = Type::null;
  double number = 0;
  std::string text;  ///< of a text, or the digits of a number
};

/// Characters of a stream in blocks, with the line and a limit on each item.
class JsonInput {
 public:
  static constexpr int kEnd = -1;

  JsonInput(std::istream& in, std::string where, std::size_t max_item_bytes);

  /// The next character; kEnd behind the last. Throws Error(io) if the stream fails.
  int peek();
  /// Goes past the character that peek() showed. Throws Error(bad_input) beyond the limit.
  void skip();
  void begin_item() { item_bytes_ = 0; }
  std::size_t line() const { return line_; }
  /// Throws Error(bad_input) "FILE:LINE: what".
  [[noreturn]] void fail(const std::string& what) const;

 private:
  std::istream& in_;
  std::string where_;
  std::size_t max_item_bytes_;
  std::size_t item_bytes_ = 0;
  std::size_t line_ = 1;
  std::vector<char> buffer_;
  std::size_t position_ = 0;
  std::size_t filled_ = 0;
};

class JsonItems {
 public:
  JsonItems(std::istream& in, std::string where, std::size_t max_item_bytes);

  /// Goes to the next object; false after the last. Throws Error(bad_input) for what is no JSON and
  /// for something else than objects.
  bool next();

  /// Of the object, in their order.
  const std::vector<JsonMember>& members() const { return members_; }
  /// Of its brace.
  std::size_t line() const { return line_; }

 private:
  int skip_space();
  bool skip_to_item();

  JsonInput input_;
  bool in_array_ = false;
  std::size_t count_ = 0;
  std::size_t line_ = 0;
  std::vector<JsonMember> members_;
};

}  // namespace isojoule::detail
