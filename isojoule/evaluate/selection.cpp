#include "isojoule/evaluate/selection.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/stats/random.hpp"

namespace isojoule {
namespace {

using Places = std::vector<std::size_t>;

constexpr std::array<std::pair<Selection, std::string_view>, 6> kSelections{
    {{Selection::lowest, "lowest"},
     {Selection::highest, "highest"},
     {Selection::min_max, "min-max"},
     {Selection::random, "random"},
     {Selection::space_filling, "space-filling"},
     {Selection::variance, "variance"}}};

Places all_places(std::size_t candidates) {
  Places places(candidates);
  std::iota(places.begin(), places.end(), std::size_t{0});
  return places;
}

/// `low` of the lowest, then the rest of `count` of the highest of the others.
Places ends(std::span<const double> source_j, std::size_t low, std::size_t count) {
  const auto lower = [source_j](std::size_t a, std::size_t b) {
    return std::pair(source_j[a], a) < std::pair(source_j[b], b);
  };
  const auto higher = [source_j](std::size_t a, std::size_t b) {
    return std::pair(-source_j[a], a) < std::pair(-source_j[b], b);
  };
  Places places = all_places(source_j.size());
  const auto end_of_low = places.begin() + static_cast<std::ptrdiff_t>(low);
  const auto end_of_chosen = places.begin() + static_cast<std::ptrdiff_t>(count);
  std::nth_element(places.begin(), end_of_low, places.end(), lower);
  std::nth_element(end_of_low, end_of_chosen, places.end(), higher);
  places.erase(end_of_chosen, places.end());
  return places;
}

Places space_filling(std::span<const double> source_j, std::size_t count) {
  std::vector<double> distance(source_j.size(), std::numeric_limits<double>::infinity());
  Places chosen{static_cast<std::size_t>(std::ranges::min_element(source_j) - source_j.begin())};
  while (chosen.size() < count) {
    for (std::size_t i = 0; i < source_j.size(); ++i)
      distance[i] =
          std::min(distance[i], std::abs(std::log(source_j[i] / source_j[chosen.back()])));
    distance[chosen.back()] = -1.0;  // below that of an equal one, which may still be taken
    chosen.push_back(
        static_cast<std::size_t>(std::ranges::max_element(distance) - distance.begin()));
  }
  return chosen;
}

/// Sorted by marking them, as there may be many.
Places ascending(const Places& places, std::size_t candidates) {
  std::vector<bool> is_there(candidates, false);
  for (const std::size_t place : places) is_there[place] = true;
  Places sorted;
  sorted.reserve(places.size());
  for (std::size_t place = 0; place < candidates; ++place)
    if (is_there[place]) sorted.push_back(place);
  return sorted;
}

/// Why so many cannot be chosen; empty if they can.
std::string why_not(std::size_t count, std::size_t candidates) {
  if (count == 0) return "that is no reference";
  if (count <= candidates) return {};
  return fmt::format("{} references are asked for, there are {} workloads", count, candidates);
}

int whole_number(std::string_view text, int lowest, int highest, const char* what) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < lowest || value > highest)
    throw Error(ErrorCode::usage,
                fmt::format("{} '{}' must be a whole number from {} to {}{}", what, text, lowest,
                            highest, lowest == 1 && highest > 100 ? ", or all" : ""));
  return value;
}

}  // namespace

std::vector<std::string> selection_names() {
  std::vector<std::string> names;
  for (const auto& [selection, name] : kSelections) names.emplace_back(name);
  return names;
}

Selection selection_from_string(std::string_view text) {
  const auto found =
      std::ranges::find(kSelections, text, &std::pair<Selection, std::string_view>::second);
  if (found == kSelections.end()) throw unknown_name("selection", text, selection_names());
  return found->first;
}

std::string_view to_string(Selection selection) {
  return std::ranges::find(kSelections, selection, &std::pair<Selection, std::string_view>::first)
      ->second;
}

Outcome<Places> select_references(Selection selection, std::span<const double> source_j,
                                  std::size_t count, std::uint64_t seed) {
  if (std::string why = why_not(count, source_j.size()); !why.empty())
    return Outcome<Places>::refuse(std::move(why));
  if (count == source_j.size()) return all_places(count);
  Places chosen;
  switch (selection) {
    case Selection::lowest:
      chosen = ends(source_j, count, count);
      break;
    case Selection::highest:
      chosen = ends(source_j, 0, count);
      break;
    case Selection::min_max:
      chosen = ends(source_j, count - count / 2, count);
      break;
    case Selection::random:
      chosen = Random(seed).choose(source_j.size(), count);
      break;
    case Selection::space_filling:
      chosen = space_filling(source_j, count);
      break;
    case Selection::variance:
      return Outcome<Places>::refuse("variance needs what other machines show, not energies alone");
  }
  return ascending(chosen, source_j.size());
}

bool needs_learner(Selection selection) { return selection == Selection::variance; }

Outcome<Places> first_references(const Learner& learner, std::size_t count) {
  const Outcome<std::vector<ReferenceStep>> steps = learner.order(count);
  if (!steps) return Outcome<Places>::refuse(steps.refused);
  if (std::string why = why_not(count, steps->size()); !why.empty())
    return Outcome<Places>::refuse(std::move(why));
  Places rows;
  for (const ReferenceStep& step : *steps) rows.push_back(step.row);
  std::ranges::sort(rows);
  return rows;
}

std::size_t ReferenceCount::of(std::size_t rows) const {
  if (unit == Unit::all || (unit == Unit::percent && value == 100)) return rows;
  const auto number = static_cast<std::size_t>(value);
  return unit == Unit::number ? number : 2 * (number * rows / 200);
}

std::string to_string(const ReferenceCount& count) {
  if (count.unit == ReferenceCount::Unit::all) return "all";
  return std::to_string(count.value) + (count.unit == ReferenceCount::Unit::percent ? " %" : "");
}

ReferenceCount count_from_string(std::string_view text) {
  if (text == "all") return {ReferenceCount::Unit::all, 0};
  return {ReferenceCount::Unit::number, whole_number(text, 1, 1'000'000, "a number of references")};
}

ReferenceCount percent_from_string(std::string_view text) {
  return {ReferenceCount::Unit::percent, whole_number(text, 1, 100, "a percentage of references")};
}

}  // namespace isojoule
