#include "isojoule/normalize/normalizer.hpp"

#include <algorithm>

namespace isojoule {

Outcome<LogDistribution> Fitted::distribution(std::size_t) const {
  return Outcome<LogDistribution>::refuse("the normalizer states no distribution");
}

Outcome<LogDistribution> Fitted::ratio(std::size_t, std::size_t) const {
  return Outcome<LogDistribution>::refuse(
      "the normalizer does not state how two predictions depend on each other");
}

std::string Fitted::unlike(std::size_t) const { return {}; }

Outcome<std::vector<ReferenceStep>> Learner::order(std::size_t, std::span<const double>) const {
  return Outcome<std::vector<ReferenceStep>>::refuse(
      "the normalizer does not put references in order");
}

Outcome<std::vector<DoubtedCell>> Learner::doubts(double) const {
  return Outcome<std::vector<DoubtedCell>>::refuse("the normalizer does not doubt energies");
}

std::string to_string(const Normalizer& normalizer) {
  const std::string& name = normalizer.kind->name;
  return normalizer.argument.empty() ? name : name + ":" + normalizer.argument;
}

std::string named_reference(const Normalizer& normalizer) {
  const auto& words = normalizer.kind->arguments;
  const bool is_word = std::ranges::find(words, normalizer.argument) != words.end();
  return is_word ? "" : normalizer.argument;
}

std::string features_text(const Normalizer& normalizer, const std::string& features) {
  return normalizer.kind->takes_features ? features : kAllThatIsKnown;
}

Outcome<LearnerPointer> learn(const Normalizer& normalizer, const FeatureSet& features,
                              const View& view) {
  return normalizer.kind->learn(normalizer, features, view);
}

}  // namespace isojoule
