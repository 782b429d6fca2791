#include "isojoule/run/repeat.hpp"

#include <random>
#include <utility>

namespace isojoule {
namespace {

bool is_complete(const Record& record) {
  return record.outcome.state == CommandOutcome::State::complete && !record.outcome.interrupted;
}

void remove_trace(const Record& record) {
  std::error_code ignored;
  if (!record.trace.empty()) std::filesystem::remove(record.trace, ignored);
}

void pause(const World& world, Duration longest) {
  std::random_device random;
  const double share = std::uniform_real_distribution<double>()(random);
  Waker waker;
  world.clock->sleep_until(world.clock->now() + share * longest, waker);
}

}  // namespace

std::vector<Record> measure_repeatedly(const World& world, const std::vector<std::string>& command,
                                       const MeasureOptions& options, const RepeatPlan& plan,
                                       const RepeatEvents& events) {
  std::vector<Record> records;
  const auto keep = [&](Record record) {
    if (events.measured) events.measured(record);
    records.push_back(std::move(record));
  };
  for (int i = 1; i <= plan.warmups; ++i) {
    const HeldSignals signals;
    if (events.warmup) events.warmup(i, plan.warmups);
    Record record = measure_command(world, signals, command, options);
    if (!is_complete(record)) {
      keep(std::move(record));
      return records;
    }
    remove_trace(record);
  }
  MeasureOptions repeated = options;
  for (int i = 1; i <= plan.count; ++i) {
    if (i > 1) pause(world, plan.longest_delay);
    const HeldSignals signals;  // until the record is kept
    if (plan.count > 1)
      repeated.repeat = Repeat{records.empty() ? "" : records.front().id, i, plan.count};
    if (events.begin) events.begin(i, plan.count);
    keep(measure_command(world, signals, command, repeated));
    if (!is_complete(records.back())) break;
  }
  return records;
}

}  // namespace isojoule
