#include "isojoule/core/mark.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>
#include <vector>

#include "isojoule/core/error.hpp"
#include "isojoule/core/text.hpp"

namespace isojoule {
namespace {

constexpr std::size_t kMaxNameBytes = 64;

bool is_name(std::string_view text) { return is_plain_name(text) && text.size() <= kMaxNameBytes; }

bool is_value(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) <= ' '; });
}

constexpr std::array kEdges{std::pair{Mark::Edge::begin, std::string_view("begin")},
                            std::pair{Mark::Edge::pause, std::string_view("pause")},
                            std::pair{Mark::Edge::resume, std::string_view("resume")},
                            std::pair{Mark::Edge::end, std::string_view("end")}};

std::optional<Mark::Edge> edge_of(std::string_view word) {
  for (const auto& [edge, name] : kEdges)
    if (name == word) return edge;
  return std::nullopt;
}

constexpr std::string_view kTimeKey = "t";
constexpr std::string_view kUnsentKey = "unsent";

bool is_reserved(std::string_view key) { return key == kTimeKey || key == kUnsentKey; }

/// The names in "NAME,NAME"; empty if that is not what it is.
std::optional<std::vector<std::string>> names_of(std::string_view text) {
  std::vector<std::string> names;
  while (true) {
    const std::string_view name = text.substr(0, text.find(','));
    if (!is_name(name) && name != kEveryWindow) return std::nullopt;
    names.emplace_back(name);
    if (name.size() == text.size()) return names;
    text.remove_prefix(name.size() + 1);
  }
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t start = text.find_first_not_of(" \n");
    if (start == std::string_view::npos) return words;
    text.remove_prefix(start);
    const std::size_t length = std::min(text.find_first_of(" \n"), text.size());
    words.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ",") + name;
  return text;
}

}  // namespace

std::string_view to_string(Mark::Edge edge) {
  for (const auto& [candidate, name] : kEdges)
    if (candidate == edge) return name;
  return {};
}

std::string format_mark(const Mark& mark) {
  if (!is_name(mark.name))
    throw Error(ErrorCode::bad_input,
                "mark name '" + mark.name + "' must be 1 to 64 letters, digits, '_', '.' or '-'");
  std::string text(to_string(mark.edge));
  text += " " + mark.name + " t=" + std::to_string(mark.time.microseconds() * 1000);
  for (const auto& [key, value] : mark.attributes) {
    if (!is_name(key) || is_reserved(key) || !is_value(value))
      throw Error(ErrorCode::bad_input, "mark attribute '" + key + "=" + value +
                                            "' must be a name, '=' and a value without spaces");
    text += " " + key + "=" + value;
  }
  if (!mark.unsent.empty()) text += " " + std::string(kUnsentKey) + "=" + joined(mark.unsent);
  if (text.size() > kMaxMarkBytes)
    throw Error(ErrorCode::bad_input, "mark '" + mark.name + "' is longer than 4096 bytes");
  return text;
}

std::optional<Mark> parse_mark(std::string_view datagram, Instant received) {
  if (datagram.size() > kMaxMarkBytes) return std::nullopt;
  const std::vector<std::string_view> words = words_of(datagram);
  if (words.size() < 2 || !is_name(words[1])) return std::nullopt;
  const std::optional<Mark::Edge> edge = edge_of(words[0]);
  if (!edge) return std::nullopt;
  Mark mark;
  mark.edge = *edge;
  mark.name = words[1];
  mark.time = received;
  for (std::size_t i = 2; i < words.size(); ++i) {
    const std::size_t equals = words[i].find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const std::string_view key = words[i].substr(0, equals);
    const std::string_view value = words[i].substr(equals + 1);
    if (!is_name(key) || !is_value(value)) return std::nullopt;
    if (key == kUnsentKey) {
      auto names = names_of(value);
      if (!names) return std::nullopt;
      mark.unsent = std::move(*names);
    } else if (key == kTimeKey) {
      std::int64_t ns = 0;
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), ns);
      if (error != std::errc{} || end != value.data() + value.size() || ns < 0) return std::nullopt;
      mark.time = Instant::from_nanoseconds(ns);
    } else {
      mark.attributes[std::string(key)] = std::string(value);
    }
  }
  return mark;
}

}  // namespace isojoule
