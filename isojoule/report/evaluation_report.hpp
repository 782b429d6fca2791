// The report on a table of energies: what the paper shows, from anyone's data.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "isojoule/normalize/dataset.hpp"
#include "isojoule/page/document.hpp"
#include "isojoule/evaluate/evaluation_study.hpp"

namespace isojoule {

/// What is known of a machine beside its energies; empty where it is not.
struct MachineFacts {
  std::string kind;     ///< "measured", "modelled"
  std::string sensors;  ///< by name
  std::string idle;     ///< power at rest, with its unit
};

/// `pair` is shown first where a figure shows one pair. `facts` may lack machines.
Document make_evaluation_document(const Dataset& dataset, const EvaluationStudy& study,
                                  const std::pair<std::string, std::string>& pair,
                                  const std::map<std::string, MachineFacts>& facts,
                                  const ReportOrigin& origin);

}  // namespace isojoule
