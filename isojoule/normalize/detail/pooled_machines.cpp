#include "isojoule/normalize/detail/pooled_machines.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace isojoule::detail {
namespace {

using Places = std::vector<std::size_t>;

/// Machines of which something is known, without the source's and each other's copies.
Places informative(const View& view, const Places& workloads) {
  const auto same = [&](std::size_t a, std::size_t b) {
    return std::ranges::all_of(workloads, [&](std::size_t w) {
      const auto& x = view.cell(w, a);
      const auto& y = view.cell(w, b);
      return x.has_value() == y.has_value() && (!x || x->energy == y->energy);
    });
  };
  Places others;
  for (std::size_t m = 0; m < view.machines(); ++m) {
    if (m == view.source() || same(m, view.source())) continue;
    if (std::ranges::none_of(workloads, [&](std::size_t w) { return view.cell(w, m).has_value(); }))
      continue;
    if (std::ranges::none_of(others, [&](std::size_t o) { return same(m, o); }))
      others.push_back(m);
  }
  return others;
}

/// ln of the energies on a machine over those on the source, less their mean; NaN: not known.
std::vector<double> shape_of(const View& view, std::size_t machine, const Places& workloads) {
  std::vector<double> shape;
  double sum = 0.0;
  double known = 0.0;
  for (const std::size_t w : workloads) {
    const auto& there = view.cell(w, machine);
    const auto& here = view.cell(w, view.source());
    const bool both = there && here;
    shape.push_back(both ? std::log(there->energy / here->energy)
                         : std::numeric_limits<double>::quiet_NaN());
    if (!both) continue;
    sum += shape.back();
    known += 1.0;
  }
  for (double& value : shape) value -= sum / std::max(1.0, known);
  return shape;
}

/// Mean squared difference of two shapes where both are known; infinite where nothing is.
double distance(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0.0;
  double known = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::isnan(a[i]) || std::isnan(b[i])) continue;
    sum += (a[i] - b[i]) * (a[i] - b[i]);
    known += 1.0;
  }
  return known > 0.0 ? sum / known : std::numeric_limits<double>::infinity();
}

/// At most `most` of the machines, ascending: each time the one whose law is the least like
/// any that is taken, or like the source's own.
Places diverse(const View& view, Places machines, const Places& workloads, std::size_t most) {
  if (machines.size() <= most) return machines;
  std::vector<std::vector<double>> shapes;
  for (const std::size_t machine : machines) shapes.push_back(shape_of(view, machine, workloads));
  const std::vector<double> proportional(workloads.size(), 0.0);
  std::vector<double> nearest;
  for (const auto& shape : shapes) nearest.push_back(distance(shape, proportional));
  Places taken;
  while (taken.size() < most) {
    const auto next = static_cast<std::size_t>(std::ranges::max_element(nearest) - nearest.begin());
    taken.push_back(machines[next]);
    for (std::size_t i = 0; i < shapes.size(); ++i)
      nearest[i] = std::min(nearest[i], distance(shapes[i], shapes[next]));
    nearest[next] = -1.0;
  }
  std::ranges::sort(taken);
  return taken;
}

}  // namespace

Places machines_to_learn_from(const View& view, const Places& rows, std::size_t most) {
  return diverse(view, informative(view, rows), rows, most);
}

}  // namespace isojoule::detail
