// Figure 7: the plane over energy and FLOPs, seen along FLOPs (a) and along energy (b).
#include <memory>
#include <string_view>

#include <fmt/format.h>

#include "isojoule/page/data_builder.hpp"
#include "isojoule/report/detail/evaluation_view.hpp"

namespace isojoule::detail {
namespace {

using Number = std::optional<double>;

constexpr const char* kTrue = "true energy";
constexpr const char* kPlane = "plane";

/// The true energy of a workload, and its point on the plane, tied to the true one.
void add_rows(const EvaluationView& view, const StudyExperiment& experiment,
              const StudyPrediction& prediction, DataBuilder& data) {
  const EvaluationRow& row = experiment.rows[prediction.row];
  const double source_j = view.energy_j(prediction.workload, row.source);
  const double flops = view.dataset().workloads()[view.place(prediction.workload)].flops->in(flop);
  for (const bool is_plane : {false, true}) {
    data.row({pair_text(row.source, row.target), std::string(grouping_text(experiment.grouping)),
              view.name(prediction.workload), std::string(is_plane ? kPlane : kTrue),
              std::string(prediction.is_reference || is_plane ? "" : "test"), point(source_j),
              point(flops), point(is_plane ? prediction.predicted_j : prediction.truth_j),
              is_plane ? point(prediction.truth_j) : Number()});
  }
}

std::shared_ptr<const DataTable> plane_data(const EvaluationView& view,
                                            const std::vector<bool>& is_shown) {
  DataBuilder data;
  data.text("pair", "pair").text("left_out", "left out").text("workload", "workload");
  data.text("kind", "").text("role", "role");
  data.number("source_j", "energy on the source, J").number("flops", "forward FLOP");
  data.number("energy_j", "energy on the target, J").number("truth_j", "true energy, J");
  for (const StudyExperiment& experiment : view.study().metrics) {
    for (const StudyPrediction& prediction : experiment.predictions) {
      const EvaluationRow& row = experiment.rows[prediction.row];
      if (is_plane_fit(row) && view.holds(row.source) && is_shown[prediction.workload])
        add_rows(view, experiment, prediction, data);
    }
  }
  return data.take();
}

/// One of the two sides.
struct Side {
  const char* letter;
  const char* along;
  const char* column;
  const char* axis;
};

Figure plane_figure(const EvaluationView& view, const Side& side,
                    std::shared_ptr<const DataTable> data) {
  Figure figure{fmt::format("7{}", side.letter),
                fmt::format("Figure 7{}. The plane over energy and FLOPs, seen along {}.",
                            side.letter, side.along),
                view.caption("A plane fitted to the training part of the first split predicts "
                             "the target's energy from energy and FLOPs. Each true energy is "
                             "tied to its point on the plane; rings mark the test part."),
                "Scatter plot of true energies and of the fitted plane's.",
                std::move(data),
                {{Glyph::interval, side.column, "energy_j", {}, "truth_j"},
                 {Glyph::point, side.column, "energy_j", {}, {}, "kind"},
                 {Glyph::ring, side.column, "energy_j", {}, {}, {}, "role"}},
                {side.axis, Scale::logarithmic},
                {"energy on the target, J", Scale::logarithmic}};
  figure.key = Keyring().entries("kind", {kTrue, kPlane});
  figure.pickers = {view.pair_picker(), grouping_picker()};
  return figure;
}

}  // namespace

MadeFigures plane_over_flops(const EvaluationView& view) {
  ShownWorkloads shown =
      view.shown("Figure 7", view.held(predictions_in(view.study().metrics)) / 2);
  const auto data = plane_data(view, shown.is_shown);
  const Side energy{"a", "FLOPs", "source_j", "energy on the source, J"};
  const Side flops{"b", "energy", "flops", "forward FLOP of one sample"};
  return {{plane_figure(view, energy, data), plane_figure(view, flops, data)},
          std::move(shown.remarks)};
}

}  // namespace isojoule::detail
