// The figures of an evaluation: those of the paper, and relative errors beside them. The table of
// all is evaluation_figures.def; each is made by a function of its own, in figures/.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "isojoule/evaluate/evaluation_study.hpp"
#include "isojoule/normalize/dataset.hpp"
#include "isojoule/page/figure.hpp"

namespace isojoule {

namespace detail {
class EvaluationView;
}

/// "K80 -> P100"
std::string pair_text(const std::string& source, const std::string& target);

struct MadeFigures {
  std::vector<Figure> figures;
  std::vector<std::string> remarks;  ///< sentences on what they do not hold
};

/// What must be known for a figure to be made.
enum class Needs {
  nothing,
  families,  ///< of a workload at least
  flops,     ///< of every workload, so that the plane over energy and FLOPs was fitted
};

/// A line of the table: figures that share their data.
struct EvaluationFigure {
  std::vector<std::string> ids;
  std::string section;  ///< id of the report's section
  Needs needs;
  bool holds_all_pairs;  ///< or of very many pairs only some, which a remark says
  MadeFigures (*make)(const detail::EvaluationView&);
};

/// All of them, in the order of the page.
const std::vector<EvaluationFigure>& evaluation_figures();

/// The figures of one report.
struct EvaluationFigures {
  std::map<std::string, std::vector<Figure>> by_section;  ///< in the order of the table
  std::vector<std::string> remarks;                       ///< sentences on what they do not hold
};

/// Makes all whose needs are met. `pair` is shown first; `provenance` is a sentence for every
/// caption. Keeps nothing of its arguments.
EvaluationFigures make_evaluation_figures(const Dataset& dataset, const EvaluationStudy& study,
                                          const std::pair<std::string, std::string>& pair,
                                          const std::string& provenance);

}  // namespace isojoule
