#include "isojoule/sensor/cpu_model/cpu_name.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace isojoule {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

// What follows one of these is not the name: frequency, graphics, cache.
constexpr std::array<std::string_view, 8> kEnds{"@",       " with ",    " w/ ",      ",",
                                                " radeon", " includes", " x-series", " and "};

// Words that name no product.
constexpr std::array<std::string_view, 23> kNoise{
    "intel", "amd",       "cpu", "processor", "apu",    "technology", "soc",   "genuine",
    "dual",  "quad",      "six", "eight",     "triple", "extreme",    "be",    "edition",
    "black", "authentic", "oem", "only",      "gen",    "eng",        "sample"};

std::string lower(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    result += byte < 0x80 ? static_cast<char>(std::tolower(byte)) : ' ';
  }
  return result;
}

/// Without what stands in parentheses: "(R)", "(TM)", "(OEM Only)".
std::string without_parentheses(std::string_view text) {
  std::string result;
  int depth = 0;
  for (const char c : text) {
    if (c == '(') ++depth;
    if (depth == 0) result += c;
    if (c == ')' && depth > 0 && --depth == 0) result += ' ';
  }
  return result;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> words;
  bool inside = false;
  for (const char c : text) {
    const bool part = is_letter(c) || is_digit(c) || c == '.' || c == '+';
    if (part && !inside) words.emplace_back();
    if (part) words.back() += c;
    inside = part;
  }
  return words;
}

/// "12th", "6th", "3rd" before "gen".
bool is_ordinal(std::string_view word) {
  return word.size() > 2 && is_digit(word[0]) &&
         (word.ends_with("th") || word.ends_with("nd") || word.ends_with("rd"));
}

bool all_digits(std::string_view word) {
  return !word.empty() && std::ranges::all_of(word, is_digit);
}

bool is_noise(const std::vector<std::string>& words, std::size_t i) {
  const std::string& word = words[i];
  const bool next_is_core = i + 1 < words.size() && words[i + 1] == "core";
  if (all_digits(word) && next_is_core) return true;  // "64-Core"
  // Intel Core is a product, "Dual-Core" and "64-Core" are none.
  if (word == "core")
    return i > 0 && (all_digits(words[i - 1]) || words[i - 1] == "dual" || words[i - 1] == "quad" ||
                     words[i - 1] == "six" || words[i - 1] == "eight" || words[i - 1] == "triple");
  if (word == "mobile") return i > 1;  // "Athlon PRO 200U Mobile", not "AMD Mobile Athlon 64"
  // "Genuine Intel(R) CPU 0000", an engineering sample; "E5-2680 0", before there were versions.
  if (word.find_first_not_of('0') == std::string::npos) return true;
  return is_ordinal(word) || std::ranges::find(kNoise, word) != kNoise.end();
}

std::vector<std::string> words_of(std::string_view model) {
  std::string text = without_parentheses(lower(model));
  for (const std::string_view end : kEnds) text = text.substr(0, text.find(end));
  const std::vector<std::string> all = split(text);
  std::vector<std::string> words;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (!is_noise(all, i)) words.push_back(all[i]);
  return words;
}

/// Where a number stands in a word.
struct Digits {
  std::size_t word = 0;
  std::size_t begin = 0;
  std::size_t size = 0;
};

/// The number that tells CPUs of a family apart: the last of three digits and more, else the last.
Digits main_number(const std::vector<std::string>& words) {
  Digits best;
  for (std::size_t w = 0; w < words.size(); ++w) {
    for (std::size_t at = 0; at < words[w].size();) {
      if (!is_digit(words[w][at])) {
        ++at;
        continue;
      }
      std::size_t end = at;
      while (end < words[w].size() && (is_digit(words[w][end]) || words[w][end] == '.')) ++end;
      if (end - at >= 3 || best.size < 3) best = {w, at, end - at};
      at = end;
    }
  }
  return best;
}

/// "7r32", "72f3", "9v33x": four places, of which the second or third is a letter.
bool has_letter_inside(std::string_view entry) {
  if (entry.size() < 4 || !is_digit(entry[0]) || !is_digit(entry[3])) return false;
  if (entry.size() > 4 && !is_letter(entry[4])) return false;
  return (is_letter(entry[1]) && is_digit(entry[2])) || (is_digit(entry[1]) && is_letter(entry[2]));
}

/// The place of the number in `words`: what is before it is the family.
Digits find_number(const std::vector<std::string>& words) {
  for (std::size_t w = 0; w < words.size(); ++w)
    if (words[w].size() <= 5 && has_letter_inside(words[w])) return {w, 0, words[w].size()};
  return main_number(words);
}

}  // namespace

void set_cpu_number(std::string_view entry, CpuName& name) {
  if (entry.size() > 2 && entry[entry.size() - 2] == 'v' && is_digit(entry.back())) {
    name.version = entry.back();
    entry.remove_suffix(2);
  }
  if (has_letter_inside(entry)) {
    const std::size_t letter = is_letter(entry[1]) ? 1 : 2;
    name.number = entry.substr(0, 4);
    name.number[letter] = '#';
    name.suffix = entry[letter];
    name.suffix += entry.substr(4);
    return;
  }
  const std::size_t end = std::min(entry.find_first_not_of("0123456789."), entry.size());
  name.number = entry.substr(0, end);
  name.suffix = entry.substr(end);
}

CpuName parse_cpu_name(std::string_view model) {
  CpuName name;
  std::vector<std::string> words = words_of(model);
  for (const std::string& word : words) name.key += word;
  if (const Digits digits = find_number(words); digits.size > 0) {
    std::string entry = words[digits.word].substr(digits.begin);
    for (std::size_t w = digits.word + 1; w < words.size(); ++w) entry += words[w];
    set_cpu_number(entry, name);
    words[digits.word].resize(digits.begin);
    words.resize(digits.word + (digits.begin > 0 ? 1 : 0));
  }
  name.pro = std::erase(words, "pro") > 0;
  name.family = std::move(words);
  return name;
}

}  // namespace isojoule
