#include "isojoule/sensor/amd/self_test.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace isojoule::amd {
namespace {

constexpr double kAgreement = 10.0;
constexpr Power kLeast = 0.5 * watt;
constexpr Power kMost = 3000.0 * watt;

class SelfTest {
 public:
  explicit SelfTest(const Source& source) : source_(source) {}

  void run(Clock& clock, Duration duration, std::vector<Board>& boards) const {
    const Instant began = clock.now();
    std::vector<Start> starts;
    for (Board& board : boards) starts.push_back(start(board));
    if (std::ranges::none_of(starts, [](const Start& s) { return s.counter.has_value(); })) return;
    Waker nobody;
    clock.sleep_until(began + duration, nobody);
    const Duration watched = clock.now() - began;
    for (std::size_t i = 0; i < boards.size(); ++i) {
      if (starts[i].counter) boards[i].no_counter = judge(boards[i], starts[i], watched);
    }
  }

 private:
  struct Start {
    std::optional<CounterReading> counter;
    std::uint64_t microwatts = 0;
  };

  Start start(Board& board) const {
    Start start;
    if (const auto power = source_.power(board.index)) {
      board.power_kind = power->kind;
      start.microwatts = power->microwatts;
    } else {
      board.no_power = power.refused;
    }
    const auto counter = source_.counter(board.index);
    start.counter = counter.value;
    board.no_counter = counter.refused;
    return start;
  }

  /// Why its counter cannot be trusted; empty if it can.
  std::string judge(Board& board, const Start& start, Duration watched) const {
    const double resolution = static_cast<double>(start.counter->microjoules_per_count);
    if (!std::isfinite(resolution) || resolution <= 0.0) return "its resolution is not known";
    const auto after = source_.counter(board.index);
    if (!after) return after.refused;
    if (after->count < start.counter->count) return "it ran backwards in a self-test";
    const Energy unit = resolution * microjoule;
    const Energy counted = static_cast<double>(after->count - start.counter->count) * unit;
    const std::string trouble = source_.why_no_power().empty()
                                    ? compare(board, start, counted, watched)
                                    : bound(board, counted, watched);
    if (trouble.empty()) board.resolution = unit;
    return trouble;
  }

  std::string compare(const Board& board, const Start& start, Energy counted,
                      Duration watched) const {
    const auto power = source_.power(board.index);
    if (!board.power_kind || !power) return "it cannot be compared with a power";
    const Power mean =
        (static_cast<double>(start.microwatts) + static_cast<double>(power->microwatts)) / 2.0 *
        kMicrowatt;
    const Energy expected = mean * watched;
    if (counted >= expected / kAgreement && counted <= expected * kAgreement) return "";
    return fmt::format("it showed {:.3g} J in {:.2f} s at {:.3g} W in a self-test",
                       counted.in(joule), watched.in(second), mean.in(watt));
  }

  std::string bound(Board& board, Energy counted, Duration watched) const {
    const Power mean = counted / watched;
    if (mean < kLeast || mean > kMost)
      return fmt::format("it showed {:.3g} J in {:.2f} s in a self-test, which no board draws",
                         counted.in(joule), watched.in(second));
    board.doubt = "its counter was compared with no power: " + source_.why_no_power();
    return "";
  }

  const Source& source_;
};

}  // namespace

void test_counters(const Source& source, Clock& clock, Duration duration,
                   std::vector<Board>& boards) {
  SelfTest(source).run(clock, duration, boards);
}

}  // namespace isojoule::amd
