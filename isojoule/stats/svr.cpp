#include "isojoule/stats/svr.hpp"

#include <cmath>
#include <mutex>
#include <string>

#include <libsvm/svm.h>

#include "isojoule/stats/detail/values.hpp"
#include "isojoule/stats/spread.hpp"

namespace isojoule {
namespace {

using detail::all_finite;

/// Why there is no fit; empty where nothing speaks against one.
std::string objection(const Matrix& x, std::span<const double> y, const SvrParameters& parameters) {
  if (x.rows() != y.size()) return "regressors and values differ in number";
  if (x.rows() < 2) return "support vector regression needs at least two rows";
  if (x.columns() == 0) return "there is no regressor";
  if (!all_finite(x.values()) || !all_finite(y)) return "a number is not finite";
  // LIBSVM expands |u - v|^2, which must not become infinity - infinity.
  double squares = 0.0;
  for (const double value : x.values()) squares += value * value;
  if (!std::isfinite(squares)) return detail::kOutOfRange;
  if (!(parameters.c > 0.0 && std::isfinite(parameters.c))) return "C is not positive and finite";
  if (!(parameters.epsilon >= 0.0 && std::isfinite(parameters.epsilon)))
    return "epsilon is negative or not finite";
  if (!(parameters.tolerance > 0.0 && std::isfinite(parameters.tolerance)))
    return "the tolerance is not positive and finite";
  return {};
}

/// Appends a row as LIBSVM reads it: numbered from 1, ended by -1.
void append_row(std::vector<svm_node>& nodes, std::span<const double> row) {
  int index = 0;
  for (const double value : row) nodes.push_back({++index, value});
  nodes.push_back({-1, 0.0});
}

svm_parameter libsvm_parameter(const SvrParameters& parameters, double gamma) {
  svm_parameter result{};
  result.svm_type = EPSILON_SVR;
  result.kernel_type = RBF;
  result.gamma = gamma;
  result.cache_size = 200.0;  // MB; the default of scikit-learn
  result.eps = parameters.tolerance;
  result.C = parameters.c;
  result.p = parameters.epsilon;
  result.shrinking = 1;
  return result;
}

void silence_libsvm() {
  static std::once_flag once;
  std::call_once(once, [] { svm_set_print_string_function([](const char*) {}); });
}

}  // namespace

/// LIBSVM's model points into the rows it was trained on, so they live together.
struct Svr::Model {
  std::vector<svm_node> nodes;
  svm_model* model = nullptr;

  Model() = default;
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;
  ~Model() { svm_free_and_destroy_model(&model); }
};

Svr::Svr(std::unique_ptr<Model> model) : model_(std::move(model)) {}
Svr::Svr(Svr&&) noexcept = default;
Svr& Svr::operator=(Svr&&) noexcept = default;
Svr::~Svr() = default;

double Svr::predict(std::span<const double> row) const {
  std::vector<svm_node> nodes;
  nodes.reserve(row.size() + 1);
  append_row(nodes, row);
  return svm_predict(model_->model, nodes.data());
}

std::size_t Svr::support_vectors() const { return static_cast<std::size_t>(model_->model->l); }

double Svr::gamma() const { return model_->model->param.gamma; }

Outcome<double> svr_scale_gamma(const Matrix& x) {
  const auto center = all_finite(x.values()) ? mean(x.values()) : std::nullopt;
  if (!center) return Outcome<double>::refuse("there are no finite entries");
  double squares = 0.0;
  for (const double value : x.values()) squares += (value - *center) * (value - *center);
  const double variance = squares / static_cast<double>(x.values().size());
  const double gamma = 1.0 / (static_cast<double>(x.columns()) * variance);
  if (!(gamma > 0.0 && std::isfinite(gamma)))
    return Outcome<double>::refuse("the regressors have no variance to scale by");
  return gamma;
}

Outcome<Svr> fit_svr(const Matrix& x, std::span<const double> y, const SvrParameters& parameters) {
  if (auto reason = objection(x, y, parameters); !reason.empty())
    return Outcome<Svr>::refuse(std::move(reason));
  const auto gamma = parameters.gamma ? Outcome<double>(*parameters.gamma) : svr_scale_gamma(x);
  if (!gamma) return Outcome<Svr>::refuse(gamma.refused);
  if (!(*gamma > 0.0 && std::isfinite(*gamma)))
    return Outcome<Svr>::refuse("gamma is not positive and finite");

  silence_libsvm();
  auto model = std::make_unique<Svr::Model>();
  // Room for all, since the rows are pointed to.
  model->nodes.reserve(x.rows() * (x.columns() + 1));
  std::vector<svm_node*> rows;
  for (std::size_t r = 0; r < x.rows(); ++r) {
    rows.push_back(model->nodes.data() + model->nodes.size());
    append_row(model->nodes, x.row(r));
  }
  std::vector<double> targets(y.begin(), y.end());
  const svm_problem problem{static_cast<int>(x.rows()), targets.data(), rows.data()};
  const svm_parameter parameter = libsvm_parameter(parameters, *gamma);
  model->model = svm_train(&problem, &parameter);
  return Svr(std::move(model));
}

}  // namespace isojoule
