#include "isojoule/sensor/amd/self_test.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace isojoule::rocm {
namespace {

constexpr double kAgreement = 10.0;

class SelfTest {
 public:
  explicit SelfTest(const Session& session) : session_(session) {}

  void run(Clock& clock, Duration duration, std::vector<Board>& boards) const {
    const Instant began = clock.now();
    std::vector<Start> starts;
    for (Board& board : boards) starts.push_back(start(board));
    if (std::ranges::none_of(starts, &Start::has_counter)) return;
    Waker nobody;
    clock.sleep_until(began + duration, nobody);
    const Duration watched = clock.now() - began;
    for (std::size_t i = 0; i < boards.size(); ++i) {
      if (starts[i].has_counter) boards[i].no_counter = judge(boards[i], starts[i], watched);
    }
  }

 private:
  struct Start {
    bool has_counter = false;
    CounterReading counter;
    std::uint64_t microwatts = 0;
  };

  Start start(Board& board) const {
    Start start;
    PowerType type = PowerType::invalid;
    if (read_power(session_.api(), board.index, type, start.microwatts) == Status::success)
      board.power_type = type;
    const Status status = read_counter(session_.api(), board.index, start.counter);
    start.has_counter = status == Status::success;
    if (!start.has_counter) board.no_counter = session_.describe(status);
    return start;
  }

  /// Why its counter cannot be trusted; empty if it can.
  std::string judge(Board& board, const Start& start, Duration watched) const {
    const double resolution = static_cast<double>(start.counter.microjoules_per_count);
    if (!std::isfinite(resolution) || resolution <= 0.0) return "its resolution is not told";
    CounterReading after;
    const Status status = read_counter(session_.api(), board.index, after);
    if (status != Status::success) return session_.describe(status);
    if (after.count < start.counter.count) return "it ran backwards in a self-test";
    const Energy unit = resolution * microjoule;
    const Energy counted = static_cast<double>(after.count - start.counter.count) * unit;
    const std::string trouble = compare(board, start, counted, watched);
    if (trouble.empty()) board.resolution = unit;
    return trouble;
  }

  std::string compare(const Board& board, const Start& start, Energy counted,
                      Duration watched) const {
    std::uint64_t microwatts = 0;
    PowerType type = PowerType::invalid;
    if (board.power_type == PowerType::invalid ||
        read_power(session_.api(), board.index, type, microwatts) != Status::success)
      return "it cannot be compared with a power";
    const Power mean = (static_cast<double>(start.microwatts) + static_cast<double>(microwatts)) /
                       2.0 * kMicrowatt;
    const Energy expected = mean * watched;
    if (counted >= expected / kAgreement && counted <= expected * kAgreement) return "";
    return fmt::format("it showed {:.3g} J in {:.2f} s at {:.3g} W in a self-test",
                       counted.in(joule), watched.in(second), mean.in(watt));
  }

  const Session& session_;
};

}  // namespace

void test_counters(const Session& session, Clock& clock, Duration duration,
                   std::vector<Board>& boards) {
  SelfTest(session).run(clock, duration, boards);
}

}  // namespace isojoule::rocm
