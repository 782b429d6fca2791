#include "trainer/score.hpp"

namespace isojoule::trainer {
namespace {

double f1_of(std::uint64_t hits, std::uint64_t errors) {
  if (hits == 0) return 0.0;
  const double twice = 2.0 * static_cast<double>(hits);
  return twice / (twice + static_cast<double>(errors));
}

}  // namespace

double Score::f1() const { return f1_of(hits, wrong + missed); }

double Score::f1_of_all() const {
  const std::uint64_t there = hits + missed;
  return f1_of(there, answers - there);
}

void add(Score& score, std::span<const float> logits, std::span<const float> targets,
         std::size_t labels) {
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const bool told = logits[i] > 0.0F;
    const bool there = targets[i] > 0.0F;
    score.hits += told && there ? 1 : 0;
    score.wrong += told && !there ? 1 : 0;
    score.missed += !told && there ? 1 : 0;
  }
  score.answers += targets.size();
  score.clips += targets.size() / labels;
}

}  // namespace isojoule::trainer
