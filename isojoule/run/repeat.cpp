#include "isojoule/run/repeat.hpp"

#include <memory>
#include <random>
#include <utility>

#include "isojoule/run/record_of_trace.hpp"

namespace isojoule {
namespace {

bool is_complete(const Record& record) {
  return record.outcome.state == CommandOutcome::State::complete && !record.outcome.interrupted;
}

/// False if it was interrupted.
bool pause(const World& world, Duration longest) {
  std::random_device random;
  const double share = std::uniform_real_distribution<double>()(random);
  return wait_unless_asked(world, share * longest);
}

}  // namespace

Repeats measure_repeatedly(const World& world, const std::vector<std::string>& command,
                           const MeasureOptions& options, const RepeatPlan& plan,
                           const RepeatEvents& events) {
  const HeldSignals signals;  // until the last record is kept
  MeasureOptions measure = options;
  // One for all: the repeats of a rank must not change their owner.
  if (!measure.node) measure.node = std::make_shared<const NodeClaim>(world);
  Repeats result;
  /// False if it is the last.
  const auto keep = [&](Record record) {
    if (events.measured) events.measured(record);
    result.interrupted = record.outcome.interrupted;
    result.records.push_back(std::move(record));
    return is_complete(result.records.back());
  };
  for (int i = 1; i <= plan.warmups; ++i) {
    if (events.warmup) events.warmup(i, plan.warmups);
    Record record = measure_command(world, signals, command, measure);
    if (!is_complete(record) || end_is_asked()) {
      keep(std::move(record));
      result.interrupted = result.interrupted || end_is_asked();
      return result;
    }
    remove_trace(*world.files, record);
  }
  for (int i = 1; i <= plan.count; ++i) {
    if (i > 1 && !pause(world, plan.longest_delay)) {
      result.interrupted = true;
      break;
    }
    if (plan.count > 1)
      measure.repeat = Repeat{i == 1 ? "" : result.records.front().id, i, plan.count};
    if (events.begin) events.begin(i, plan.count);
    if (!keep(measure_command(world, signals, command, measure))) break;
  }
  return result;
}

}  // namespace isojoule
