#include "isojoule/core/error.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace isojoule {
namespace {

/// Levenshtein distance.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitution = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitution});
    }
  }
  return row.back();
}

std::string join(std::span<const std::string> names) {
  std::string text;
  for (const std::string& name : names) {
    if (!text.empty()) text += ", ";
    text += name;
  }
  return text;
}

constexpr std::size_t kNearNamesShown = 4;
constexpr std::size_t kAllNamesShown = 12;

}  // namespace

Error unknown_name(std::string_view what, std::string_view given,
                   std::span<const std::string> known) {
  std::vector<std::pair<std::size_t, std::string>> near;
  for (const std::string& name : known) {
    const std::size_t distance = edit_distance(given, name);
    const bool prefix = !given.empty() && name.starts_with(given);
    if (prefix || distance <= 1 + given.size() / 4) near.emplace_back(prefix ? 0 : distance, name);
  }
  std::ranges::stable_sort(near, {}, [](const auto& candidate) { return candidate.first; });
  std::vector<std::string> suggestions;
  for (const auto& [distance, name] : near) {
    if (suggestions.size() < kNearNamesShown) suggestions.push_back(name);
  }

  std::string message = "unknown " + std::string(what) + " '" + std::string(given) + "'";
  if (!suggestions.empty()) {
    message += "; did you mean " + join(suggestions) + "?";
  } else if (known.empty()) {
    message += "; none is known";
  } else if (known.size() <= kAllNamesShown) {
    message += "; known: " + join(known);
  }
  return Error(ErrorCode::unknown_name, message);
}

}  // namespace isojoule
