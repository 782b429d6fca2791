#include "isojoule/sensor/rapl/mirrors.hpp"

#include <gmock/gmock.h>

#include "support/jumping_clock.hpp"

namespace isojoule::rapl {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class MirrorsTest : public testing::Test {
 protected:
  /// A counter of `package` that shows what its place in counts_ holds.
  void add(const std::string& package) {
    const std::size_t place = counts_.size();
    counts_.emplace_back(0);
    way_.counters.push_back({make_channel(package, Scope::package), [this, place](std::string&) {
                               ++readings_;
                               return counts_[place];
                             }});
  }
  /// Adds `amounts` to the counters in each step; the first for a counter that is not named is 0.
  void rise(const std::vector<std::uint64_t>& amounts) {
    for (std::size_t i = 0; i < amounts.size(); ++i)
      if (counts_[i]) *counts_[i] += amounts[i];
  }
  std::string drop() { return drop_mirrors(way_, clock_); }
  std::vector<std::string> components() const {
    std::vector<std::string> result;
    for (const Counter& counter : way_.counters) result.push_back(counter.channel.component);
    return result;
  }

  Way way_;
  std::vector<Sample> counts_;
  int readings_ = 0;
  int step_ = 0;
  JumpingClock clock_;
};

TEST_F(MirrorsTest, NeitherReadsNorWaitsWithoutSuspects) {
  add("package-0");
  add("package-1");
  EXPECT_EQ(drop(), "");
  EXPECT_EQ(readings_, 0);
  EXPECT_EQ(clock_.slept(), Duration{});
}

TEST_F(MirrorsTest, DropsACounterThatRisesAsAnotherDoes) {
  add("package-0");
  add("package-1");
  counts_ = {100, 107};  // opened at different times, they differ by a constant
  way_.suspects = {{0, 1}};
  clock_.meanwhile = [this] { rise({5, 5}); };
  EXPECT_EQ(drop(), "1 other repeats package-0, and is left out");
  EXPECT_THAT(components(), ElementsAre("package-0"));
  EXPECT_EQ(clock_.slept(), kSameSteps * kMirrorStep);
}

TEST_F(MirrorsTest, KeepsCountersThatDifferAndSaysNothing) {
  add("package-0");
  add("package-1");
  way_.suspects = {{0, 1}};
  clock_.meanwhile = [this] { rise({5, 6}); };
  EXPECT_EQ(drop(), "");
  EXPECT_THAT(components(), ElementsAre("package-0", "package-1"));
  EXPECT_EQ(clock_.slept(), kOtherSteps * kMirrorStep);
}

TEST_F(MirrorsTest, DoesNotMergeWhatNeverRose) {
  add("package-0");
  add("package-1");
  way_.suspects = {{0, 1}};
  EXPECT_EQ(drop(), "");
  EXPECT_THAT(components(), ElementsAre("package-0", "package-1"));
  EXPECT_GE(clock_.slept(), kMirrorPatience);
  EXPECT_LT(clock_.slept(), kMirrorPatience + kMirrorStep);
}

TEST_F(MirrorsTest, IsNotMisledByATickBetweenTwoReadings) {
  add("package-0");
  add("package-1");
  way_.suspects = {{0, 1}};
  clock_.meanwhile = [this] {  // the second is read after a tick that the first has not seen yet
    ++step_;
    rise({5, step_ == 3 ? 6u : step_ == 4 ? 4u : 5u});
  };
  EXPECT_NE(drop(), "");
  EXPECT_THAT(components(), ElementsAre("package-0"));
}

TEST_F(MirrorsTest, NeedsSeveralEqualStepsOnEnd) {
  add("package-0");
  add("package-1");
  way_.suspects = {{0, 1}};
  clock_.meanwhile = [this] { rise({5, step_++ % kSameSteps == 0 ? 6u : 5u}); };
  EXPECT_EQ(drop(), "");
}

TEST_F(MirrorsTest, WaitsForCountersThatRestAtTimes) {
  add("package-0");
  add("package-1");
  way_.suspects = {{0, 1}};
  clock_.meanwhile = [this] { step_++ % 2 == 0 ? rise({0, 0}) : rise({5, 5}); };
  EXPECT_NE(drop(), "");
}

TEST_F(MirrorsTest, DoesNotMergeWhatCannotBeRead) {
  add("package-0");
  add("package-1");
  counts_ = {std::nullopt, std::nullopt};
  way_.suspects = {{0, 1}};
  EXPECT_EQ(drop(), "");
  EXPECT_THAT(components(), ElementsAre("package-0", "package-1"));
}

TEST_F(MirrorsTest, GivesThePackagesNameToDiesThatAreAllOne) {
  for (const char* die : {"package-0-die-0", "package-0-die-1", "package-1-die-0",
                          "package-1-die-1", "package-1-die-2"})
    add(die);
  way_.suspects = {{0, 1}, {2, 3, 4}};
  clock_.meanwhile = [this] { rise({5, 5, 6, 6, 7}); };
  EXPECT_EQ(drop(),
            "1 other repeats package-0, and is left out; 1 other repeats package-1-die-0, and is "
            "left out");
  EXPECT_THAT(components(), ElementsAre("package-0", "package-1-die-0", "package-1-die-2"));
  EXPECT_EQ(way_.counters[0].channel.id, "rapl:package-0");
  EXPECT_THAT(way_.suspects, IsEmpty());
}

TEST_F(MirrorsTest, KeepsTheCountersThatRemainInOrder) {
  for (const char* package : {"package-0", "package-1", "package-2", "package-3"}) add(package);
  way_.suspects = {{0, 2}, {1, 3}};
  clock_.meanwhile = [this] { rise({5, 6, 5, 6}); };
  drop();
  EXPECT_THAT(components(), ElementsAre("package-0", "package-1"));
  std::string why_not;
  EXPECT_EQ(way_.counters[1].read(why_not), counts_[1]);
}

}  // namespace
}  // namespace isojoule::rapl
