#include "isojoule/sensor/detail/bounded_calls.hpp"

#include <future>
#include <stdexcept>

#include <gtest/gtest.h>

namespace isojoule::detail {
namespace {

using Calls = std::vector<std::function<int()>>;

TEST(BoundedCalls, GivesWhatEachCallReturnsInTheirOrder) {
  Calls calls{[] { return 1; }, [] { return 2; }, [] { return 3; }};
  const auto results = call_bounded(std::move(calls), {});
  EXPECT_EQ(results, (std::vector<std::optional<int>>{1, 2, 3}));
}

TEST(BoundedCalls, LeavesACallThatHangsBehindAndKeepsTheOthers) {
  const auto gate = std::make_shared<std::promise<void>>();
  const auto opened = std::make_shared<std::shared_future<void>>(gate->get_future());
  const auto ended = std::make_shared<std::promise<void>>();
  std::future<void> has_ended = ended->get_future();
  Calls calls{[opened, ended] {
                opened->wait();
                ended->set_value();
                return 1;
              },
              [] { return 2; }};
  const auto results = call_bounded(std::move(calls), {50.0 * millisecond});
  EXPECT_EQ(results, (std::vector<std::optional<int>>{std::nullopt, 2}));
  gate->set_value();  // what it returns now goes nowhere
  has_ended.wait();
}

TEST(BoundedCalls, StopsWaitingWhenAskedTo) {
  const auto gate = std::make_shared<std::promise<void>>();
  const auto opened = std::make_shared<std::shared_future<void>>(gate->get_future());
  Calls calls{[opened] {
    opened->wait();
    return 1;
  }};
  int asked = 0;
  const auto begin = std::chrono::steady_clock::now();
  const auto results = call_bounded(std::move(calls), {minute, [&asked] { return ++asked > 2; }});
  EXPECT_EQ(results.front(), std::nullopt);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(30));
  gate->set_value();
}

TEST(BoundedCalls, ThrowsWhatACallThrew) {
  Calls calls{[]() -> int { throw std::runtime_error("no"); }, [] { return 2; }};
  EXPECT_THROW(call_bounded(std::move(calls), {}), std::runtime_error);
}

}  // namespace
}  // namespace isojoule::detail
