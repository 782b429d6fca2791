// Normalizers fitted to plain numbers.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "isojoule/normalize/normalizer.hpp"
#include "isojoule/table/observation.hpp"

namespace isojoule::fit_numbers {

using Numbers = std::vector<double>;

/// References r00, r01, ... with their features on the source, in the order of `set`, and their
/// energies on the target in J.
struct Given {
  std::vector<Numbers> features;
  Numbers target_j;
  FeatureSet set{Feature::energy};
};

inline Given given(const Numbers& source_j, const Numbers& target_j) {
  Given result{{}, target_j};
  for (const double energy : source_j) result.features.push_back({energy});
  return result;
}

inline std::string name_of(std::size_t reference) {
  return std::string("r") + static_cast<char>('0' + reference / 10) +
         static_cast<char>('0' + reference % 10);
}

inline Observation row(const std::string& name, const FeatureSet& set, const Numbers& features) {
  Observation result;
  result.workload = name;
  result.hardware = "A";
  result.energy = 1.0 * joule;
  for (std::size_t i = 0; i < set.size(); ++i) {
    if (set[i] == Feature::energy) result.energy = features[i] * joule;
    if (set[i] == Feature::flops) result.flops = features[i] * flop;
    if (set[i] == Feature::parameters) result.parameters = features[i];
  }
  return result;
}

/// What a normalizer makes of the references and of a workload with the features `asked`.
struct Fitting {
  Fitting(const char* normalizer, const Given& references, const Numbers& asked)
      : dataset(rows(references, asked)) {
    const View view(dataset, 0, std::nullopt, dataset.known_on(std::array<std::size_t, 1>{0}));
    References known;
    for (std::size_t r = 0; r < references.features.size(); ++r) known.rows.push_back(r);
    known.energy_j = references.target_j;
    known.variance.assign(known.rows.size(), 0.0);
    fit = (*learn(parse_normalizer(normalizer), references.set, view))->fit(known);
  }

  Outcome<Prediction> predict(double confidence = kConfidence) const {
    return fit ? (*fit)->predict(dataset.workloads().size() - 1, confidence)
               : Outcome<Prediction>::refuse(fit.refused);
  }

  Dataset dataset;
  Outcome<Fit> fit = Outcome<Fit>::refuse("");

 private:
  static std::vector<Observation> rows(const Given& references, const Numbers& asked) {
    std::vector<Observation> result;
    for (std::size_t r = 0; r < references.features.size(); ++r)
      result.push_back(row(name_of(r), references.set, references.features[r]));
    result.push_back(row("~asked", references.set, asked));
    return result;
  }
};

inline double predicted(const char* normalizer, const Given& references, const Numbers& asked) {
  return Fitting(normalizer, references, asked).predict()->energy_j;
}

inline std::vector<std::string> used(const char* normalizer, const Given& references) {
  const Fitting fitting(normalizer, references, Numbers(references.set.size(), 1.0));
  return (*fitting.fit)->used();
}

inline std::string refusal(const char* normalizer, const Given& references) {
  return Fitting(normalizer, references, Numbers(references.set.size(), 1.0)).fit.refused;
}

}  // namespace isojoule::fit_numbers
