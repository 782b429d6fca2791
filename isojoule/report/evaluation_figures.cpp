#include "isojoule/report/evaluation_figures.hpp"

#include <algorithm>
#include <iterator>
#include <sstream>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/report/detail/evaluation_view.hpp"

namespace isojoule {

namespace detail {
#define EVALUATION_FIGURE(ids, section, needs, pairs, make) MadeFigures make(const EvaluationView&);
#include "isojoule/report/evaluation_figures.def"
#undef EVALUATION_FIGURE
}  // namespace detail

namespace {

enum class Pairs { held, all };

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), std::istream_iterator<std::string>()};
}

bool is_met(Needs needs, const detail::EvaluationView& view) {
  switch (needs) {
    case Needs::nothing:
      return true;
    case Needs::families:
      return view.has_families();
    case Needs::flops:
      return view.has_plane();
  }
  return false;
}

/// "1, 2, 4 and 8": the figures' numbers, without the letters of their parts.
std::string numbers_of(const std::vector<std::string>& ids) {
  std::vector<std::string> numbers;
  for (const std::string& id : ids) {
    const std::string number = id.substr(0, id.find_first_not_of("0123456789"));
    if (numbers.empty() || numbers.back() != number) numbers.push_back(number);
  }
  const std::string last = numbers.back();
  numbers.pop_back();
  return numbers.empty() ? last : fmt::format("{} and {}", fmt::join(numbers, ", "), last);
}

/// Of figures that do not hold all pairs; empty where they do.
std::string pairs_remark(const std::vector<std::string>& ids, const detail::EvaluationView& view) {
  const std::size_t pairs = view.study().options.pairs.size();
  if (ids.empty() || view.held_pairs() == pairs) return {};
  return fmt::format(
      "Figures {} hold the {} pairs from {} and from {}, of {}; --from and --to choose others.",
      numbers_of(ids), view.held_pairs(), view.pair().first, view.pair().second, pairs);
}

}  // namespace

const std::vector<EvaluationFigure>& evaluation_figures() {
#define EVALUATION_FIGURE(ids, section, needs, pairs, make) \
  {words_of(ids), #section, Needs::needs, Pairs::pairs == Pairs::all, detail::make},
  static const std::vector<EvaluationFigure> table{
#include "isojoule/report/evaluation_figures.def"
  };
#undef EVALUATION_FIGURE
  return table;
}

std::string pair_text(const std::string& source, const std::string& target) {
  return source + " -> " + target;
}

EvaluationFigures make_evaluation_figures(const Dataset& dataset, const EvaluationStudy& study,
                                          const std::pair<std::string, std::string>& pair,
                                          const std::string& provenance) {
  const detail::EvaluationView view(dataset, study, pair, provenance);
  EvaluationFigures result;
  std::vector<std::string> of_some_pairs;
  for (const EvaluationFigure& entry : evaluation_figures()) {
    if (!is_met(entry.needs, view)) continue;
    MadeFigures made = entry.make(view);
    std::ranges::move(made.figures, std::back_inserter(result.by_section[entry.section]));
    std::ranges::move(made.remarks, std::back_inserter(result.remarks));
    if (!entry.holds_all_pairs)
      of_some_pairs.insert(of_some_pairs.end(), entry.ids.begin(), entry.ids.end());
  }
  const std::string remark = pairs_remark(of_some_pairs, view);
  if (!remark.empty()) result.remarks.insert(result.remarks.begin(), remark);
  return result;
}

}  // namespace isojoule
