#include "isojoule/stats/detail/subset_worker.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "isojoule/stats/least_squares.hpp"

namespace isojoule::detail {
namespace {

constexpr std::size_t kBatch = 256;  // lanes after which scores are taken
constexpr std::size_t kRoom = 2 * kBatch + kPadding;

// Where the sum left after subtraction is below this part, it is computed anew from its terms: what
// is left is then right to some 1e-16 / 1e-5 of itself.
constexpr double kCancelled = 1e-5;

constexpr double kNever = std::numeric_limits<double>::max();

/// Loops over lanes go in whole blocks. What they leave beyond the last lane of a segment is no
/// lane's, until the next segment overwrites it.
constexpr std::size_t kBlock = 4;
static_assert(kBlock <= kPadding);

std::size_t whole_blocks(std::size_t lanes) { return (lanes + kBlock - 1) / kBlock * kBlock; }

}  // namespace

void BestSubsets::add(ScoredSubset subset) {
  if (best_.size() == keep_) best_.pop_back();
  const auto place = std::ranges::upper_bound(best_, subset.score, {}, &ScoredSubset::score);
  best_.insert(place, std::move(subset));
  if (best_.size() == keep_) limit_ = best_.back().score;
}

SubsetWorker::SubsetWorker(const SubsetPlan& plan, std::size_t keep)
    : best(keep),
      plan_(plan),
      prefix_size_(plan.size - 1),
      prefix_(prefix_size_),
      sums_(plan.size * plan.pairs.size()),
      scored_before_(plan.size),
      prefixes_(kRoom * prefix_size_),
      lane_members_(kRoom * plan.size),
      scored_(kRoom),
      level_(plan.pairs.size() * kRoom),
      slope_(plan.pairs.size() * kRoom),
      total_(kRoom),
      bad_(kRoom),
      cancelled_(kRoom) {
  std::size_t rows = 0;
  for (const auto& pair : plan.pairs) rows = std::max(rows, pair.s.size());
  errors_.resize(rows);
  for (std::size_t n = 1; n <= plan.size; ++n) steps_.push_back(1.0 / static_cast<double>(n));
  for (std::size_t pair = 0; pair < plan.pairs.size(); ++pair) {
    sums_[pair].low = std::numeric_limits<double>::infinity();
    sums_[pair].left = plan.pairs[pair].scored;
  }
}

void SubsetWorker::walk(std::uint64_t first, std::uint64_t count) {
  start_at(first);
  std::size_t changed = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (i > 0 && !next_prefix(changed)) break;
    update_sums(changed);
    try_last_members();
  }
}

/// Prefixes are the subsets of all candidates but the last one.
void SubsetWorker::start_at(std::uint64_t number) {
  auto rest = static_cast<double>(number);  // below kMostSubsets
  std::size_t candidate = 0;
  for (std::size_t place = 0; place < prefix_size_; ++place, ++candidate) {
    for (;; ++candidate) {
      const double begin_with_it =
          subset_count(plan_.candidates.size() - 2 - candidate, prefix_size_ - 1 - place);
      if (rest < begin_with_it) break;
      rest -= begin_with_it;
    }
    prefix_[place] = candidate;
  }
}

bool SubsetWorker::next_prefix(std::size_t& changed) {
  for (std::size_t place = prefix_size_; place-- > 0;) {
    if (prefix_[place] == plan_.candidates.size() - plan_.size + place) continue;
    ++prefix_[place];
    for (std::size_t i = place + 1; i < prefix_size_; ++i) prefix_[i] = prefix_[i - 1] + 1;
    changed = place;
    return true;
  }
  return false;
}

void SubsetWorker::update_sums(std::size_t from) {
  const std::size_t pairs = plan_.pairs.size();
  for (std::size_t n = from; n < prefix_size_; ++n) {
    const std::size_t candidate = prefix_[n];
    const double step = steps_[n];
    const double share = static_cast<double>(n) * step;
    const double weight = plan_.weight[candidate];
    scored_before_[n + 1] = scored_before_[n] + (weight > 0.0 ? 1 : 0);
    for (std::size_t pair = 0; pair < pairs; ++pair) {
      Sums& sums = sums_[(n + 1) * pairs + pair];
      sums = sums_[n * pairs + pair];
      const double x = plan_.pairs[pair].candidate_x[candidate];
      const double r = plan_.pairs[pair].candidate_r[candidate];
      const double dx = x - sums.x;
      const double dr = r - sums.r;
      sums.x += dx * step;
      sums.r += dr * step;
      sums.xx += dx * dx * share;
      sums.xr += dx * dr * share;
      sums.low = std::min(sums.low, x);
      sums.high = std::max(sums.high, x);
      sums.left.subtract(x - plan_.pairs[pair].centre, r, weight);
    }
  }
}

void SubsetWorker::try_last_members() {
  const bool median = plan_.problem->score == SubsetScore::median_relative_error;
  const bool linear = plan_.problem->fit == SubsetFit::linear;
  const std::size_t begin = prefix_size_ == 0 ? 0 : prefix_.back() + 1;
  for (std::size_t last = begin; last < plan_.candidates.size(); last += kBatch) {
    std::size_t* prefix = prefixes_.data() + segments_.size() * prefix_size_;
    for (std::size_t i = 0; i < prefix_size_; ++i) prefix[i] = prefix_[i];
    const Segment segment{
        .lane = lanes_, .lanes = std::min(kBatch, plan_.candidates.size() - last), .last = last};
    segments_.push_back(segment);
    for (std::size_t pair = 0; pair < plan_.pairs.size(); ++pair) {
      linear ? fit_lines(pair, segment) : fit_ratios(pair, segment);
      if (!median) sum_squares(pair, segment);
    }
    if (median) list_members(segment);
    lanes_ += segment.lanes;
    for (std::size_t lane = lanes_; lane < lanes_ + kBlock; ++lane)
      bad_[lane] = cancelled_[lane] = total_[lane] = 0.0;
    if (lanes_ >= kBatch) flush();
  }
}

void SubsetWorker::fit_lines(std::size_t pair_number, const Segment& segment) {
  const PreparedPair& pair = plan_.pairs[pair_number];
  const Sums before = sums_[prefix_size_ * plan_.pairs.size() + pair_number];
  const double centre = pair.centre;
  const double step = steps_[prefix_size_];
  const double share = static_cast<double>(prefix_size_) * step;
  const double* xs = pair.candidate_x.data() + segment.last;
  const double* rs = pair.candidate_r.data() + segment.last;
  double* level = level_.data() + pair_number * kRoom + segment.lane;
  double* slope = slope_.data() + pair_number * kRoom + segment.lane;
  double* bad = bad_.data() + segment.lane;
  const std::size_t lanes = whole_blocks(segment.lanes);
#pragma GCC ivdep
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    const double x = xs[lane];
    const double dx = x - before.x;
    const double dr = rs[lane] - before.r;
    const double b = (before.xr + dx * dr * share) / (before.xx + dx * dx * share);
    level[lane] = (before.r + dr * step) + b * (centre - (before.x + dx * step));
    slope[lane] = b;
    const double low = x < before.low ? x : before.low;
    const double high = x > before.high ? x : before.high;
    bad[lane] += high - low <= kDependent * high ? 1.0 : 0.0;
  }
}

void SubsetWorker::fit_ratios(std::size_t pair_number, const Segment& segment) {
  const PreparedPair& pair = plan_.pairs[pair_number];
  const double before = sums_[prefix_size_ * plan_.pairs.size() + pair_number].r;
  const double step = steps_[prefix_size_];
  const double* rs = pair.candidate_r.data() + segment.last;
  double* level = level_.data() + pair_number * kRoom + segment.lane;
  const std::size_t lanes = whole_blocks(segment.lanes);
#pragma GCC ivdep
  for (std::size_t lane = 0; lane < lanes; ++lane)
    level[lane] = before + (rs[lane] - before) * step;  // slopes stay 0
}

void SubsetWorker::sum_squares(std::size_t pair_number, const Segment& segment) {
  const PreparedPair& pair = plan_.pairs[pair_number];
  const Left all = pair.scored;
  const Left left = sums_[prefix_size_ * plan_.pairs.size() + pair_number].left;
  const double centre = pair.centre;
  const double per_left = 1.0 / left.rows;
  const double per_left_less = left.rows > 1.0 ? 1.0 / (left.rows - 1.0) : 0.0;
  const double* xs = pair.candidate_x.data() + segment.last;
  const double* rs = pair.candidate_r.data() + segment.last;
  const double* ws = plan_.weight.data() + segment.last;
  const double* level = level_.data() + pair_number * kRoom + segment.lane;
  const double* slope = slope_.data() + pair_number * kRoom + segment.lane;
  double* total = total_.data() + segment.lane;
  double* cancelled = cancelled_.data() + segment.lane;
  const std::size_t lanes = whole_blocks(segment.lanes);
#pragma GCC ivdep
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    const double h = level[lane];
    const double b = slope[lane];
    const double w = ws[lane];
    const double error = (rs[lane] - h) - b * (xs[lane] - centre);
    const double sum = left.rr + h * (left.rows * h - 2.0 * left.r) +
                       b * (left.xx * b + 2.0 * (h * left.x - left.xr)) - w * (error * error);
    const double bound = kCancelled * (all.rr + all.rows * h * h + all.xx * b * b);
    const double score = sum * (per_left + w * (per_left_less - per_left));
    const double wrong = sum >= bound ? 0.0 : 1.0;
    total[lane] += score;
    cancelled[lane] += wrong;
  }
}

std::vector<std::size_t> SubsetWorker::members(std::size_t lane) const {
  const auto after = std::ranges::upper_bound(segments_, lane, {}, &Segment::lane);
  const auto number = static_cast<std::size_t>(after - segments_.begin()) - 1;
  const Segment& segment = segments_[number];
  std::vector<std::size_t> members;
  for (std::size_t i = 0; i < prefix_size_; ++i)
    members.push_back(plan_.candidates[prefixes_[number * prefix_size_ + i]]);
  members.push_back(plan_.candidates[segment.last + (lane - segment.lane)]);
  return members;
}

void SubsetWorker::list_members(const Segment& segment) {
  for (std::size_t lane = 0; lane < segment.lanes; ++lane) {
    const std::size_t last = segment.last + lane;
    scored_[segment.lane + lane] =
        scored_before_[prefix_size_] + (plan_.weight[last] > 0.0 ? 1 : 0);
    std::size_t* list = lane_members_.data() + (segment.lane + lane) * plan_.size;
    std::ranges::copy(prefix_, list);
    list[prefix_size_] = last;
  }
}

void SubsetWorker::take_medians(std::size_t pair_number, std::size_t first) {
  const PreparedPair& pair = plan_.pairs[pair_number];
  const bool is_ratio = plan_.problem->fit == SubsetFit::ratio;
  double level[kLanes];
  double slope[kLanes];
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const std::size_t place = pair_number * kRoom + first + lane;
    level[lane] = level_[place];
    slope[lane] = is_ratio ? std::exp(level_[place]) : slope_[place];
  }
  for (std::size_t row = 0; row < pair.s.size(); ++row) {
    double* errors = errors_[row].values;
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      errors[lane] = std::abs(level[lane] * pair.p[row] + slope[lane] * pair.q[row] - pair.s[row]);
  }
  const std::size_t lanes = std::min(kLanes, lanes_ - first);
  const std::size_t* member = lane_members_.data() + first * plan_.size;
  for (std::size_t lane = 0; lane < lanes; ++lane)
    for (std::size_t i = 0; i < plan_.size; ++i) {
      const std::size_t row = pair.candidate_row[*member++];
      if (row != PreparedPair::kNoRow) errors_[row].values[lane] = kNever;
    }
  plan_.networks[pair_number].run(errors_.data());
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    const std::size_t left = pair.s.size() - scored_[first + lane];
    total_[first + lane] +=
        0.5 * (errors_[(left - 1) / 2].values[lane] + errors_[left / 2].values[lane]);
  }
}

double SubsetWorker::refit_all(const std::vector<std::size_t>& members) const {
  const SubsetProblem& problem = *plan_.problem;
  double total = 0.0;
  for (const SubsetPair& pair : problem.pairs)
    total += *refit(pair, problem.scored, members, problem.fit, problem.score);
  return total / static_cast<double>(problem.pairs.size());
}

void SubsetWorker::flush() {
  if (plan_.problem->score == SubsetScore::median_relative_error)
    for (std::size_t first = 0; first < lanes_; first += kLanes)
      for (std::size_t pair = 0; pair < plan_.pairs.size(); ++pair) take_medians(pair, first);

  const double pairs = static_cast<double>(plan_.pairs.size());
  const double* bad = bad_.data();
  const double* cancelled = cancelled_.data();
  const double* total = total_.data();
  for (std::size_t lane = 0; lane < lanes_; ++lane) {
    if (bad[lane] > 0.0) {
      ++degenerate;
      continue;
    }
    const double score = cancelled[lane] > 0.0 ? refit_all(members(lane)) : total[lane] / pairs;
    scores.add(score);
    if (best.wants(score)) best.add({members(lane), score});
  }
  std::ranges::fill(total_, 0.0);
  std::ranges::fill(bad_, 0.0);
  std::ranges::fill(cancelled_, 0.0);
  lanes_ = 0;
  segments_.clear();
}

}  // namespace isojoule::detail
