// The examples on the pages of docs/formats.
#pragma once

#include <fstream>
#include <iterator>
#include <string>

namespace isojoule {

/// The first block of code in `language` on a page; empty if there is none.
inline std::string block_of(const std::string& file, const std::string& language) {
  std::ifstream stream(file);
  const std::string text(std::istreambuf_iterator<char>(stream), {});
  const std::string opening = "```" + language + "\n";
  const std::size_t start = text.find(opening);
  if (start == std::string::npos) return {};
  const std::size_t first = start + opening.size();
  return text.substr(first, text.find("```", first) - first);
}

}  // namespace isojoule
