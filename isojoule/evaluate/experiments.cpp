#include "isojoule/evaluate/experiments.hpp"

#include <algorithm>

#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

template <class T, class Parse>
std::vector<T> parsed(std::initializer_list<const char*> texts, Parse parse) {
  std::vector<T> values;
  for (const char* text : texts) values.push_back(parse(text));
  return values;
}

using Texts = std::initializer_list<const char*>;

std::vector<ReferenceCount> percents(Texts texts) {
  return parsed<ReferenceCount>(texts, percent_from_string);
}
std::vector<Normalizer> normalizers(Texts texts) {
  return parsed<Normalizer>(texts, parse_normalizer);
}
std::vector<FeatureSet> features(Texts texts) { return parsed<FeatureSet>(texts, parse_features); }

}  // namespace

const std::vector<Experiment>& paper_experiments() {
  static const std::vector<Experiment> all{
      {"3.1",
       "Section 3.1, references",
       {Selection::random, Selection::min_max},
       percents({"10", "15", "20", "50", "100"}),
       normalizers({"linear"}),
       features({"energy"})},
      {"3.2",
       "Section 3.2, regressions",
       {Selection::min_max},
       percents({"100"}),
       normalizers({"linear", "polynomial", "svr"}),
       features({"energy"})},
      {"3.3",
       "Section 3.3, metrics",
       {Selection::min_max},
       percents({"100"}),
       normalizers({"linear"}),
       features({"energy", "energy+flops", "energy+params", "energy+flops+params"})}};
  return all;
}

const Experiment& paper_experiment(const std::string& name) {
  const auto found = std::ranges::find(paper_experiments(), name, &Experiment::name);
  if (found != paper_experiments().end()) return *found;
  std::vector<std::string> known;
  for (const Experiment& experiment : paper_experiments()) known.push_back(experiment.name);
  throw unknown_name("section", name, known);
}

const Experiment& plain_experiment() {
  static const Experiment plain{"",
                                "Evaluation",
                                {Selection::min_max},
                                percents({"100"}),
                                normalizers({"linear"}),
                                features({"energy"})};
  return plain;
}

const Experiment& comparison_experiment() {
  static const Experiment comparison{
      "",
      "Comparison",
      {Selection::variance},
      parsed<ReferenceCount>({"2", "4", "8", "all"}, count_from_string),
      default_normalizers(Purpose::comparison),
      features({"energy"}),
      40};
  return comparison;
}

}  // namespace isojoule
