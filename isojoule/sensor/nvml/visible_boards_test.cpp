#include "isojoule/sensor/nvml/visible_boards.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_world.hpp"

namespace isojoule::nvml {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::vector<BoardIdentity> kAlike{
    {"GPU-aa11", "A100"}, {"GPU-aa22", "A100"}, {"GPU-bb33", "A100"}};
const std::vector<BoardIdentity> kMixed{{"GPU-aa11", "T4"}, {"GPU-bb22", "A100"}};

VisibleBoards seen(const std::string& list, const std::vector<BoardIdentity>& boards = kAlike) {
  FakeWorld fake;
  fake.set_environment("CUDA_VISIBLE_DEVICES", list);
  return visible_boards(*fake.world().environment, boards);
}

TEST(VisibleBoards, AllWhereNothingIsSaid) {
  const FakeWorld fake;
  const VisibleBoards all = visible_boards(*fake.world().environment, kAlike);
  EXPECT_THAT(all.places, ElementsAre(0, 1, 2));
  EXPECT_EQ(all.reason, "");
}

TEST(VisibleBoards, ByIndex) {
  EXPECT_THAT(seen("1").places, ElementsAre(1));
  EXPECT_THAT(seen("2, 0").places, ElementsAre(2, 0));
  EXPECT_EQ(seen("2,0").reason, "2 of 3 boards, by CUDA_VISIBLE_DEVICES=2,0");
  EXPECT_THAT(seen("1,1").places, ElementsAre(1)) << "no board is counted twice";
}

TEST(VisibleBoards, ByUuidOrItsBeginning) {
  EXPECT_THAT(seen("GPU-aa22").places, ElementsAre(1));
  EXPECT_THAT(seen("GPU-b,GPU-aa1").places, ElementsAre(2, 0));
  EXPECT_THAT(seen("GPU-aa").places, IsEmpty()) << "it could be either";
}

TEST(VisibleBoards, NothingCountsFromTheFirstThatNamesNoBoard) {
  EXPECT_THAT(seen("0,-1,2").places, ElementsAre(0));
  EXPECT_THAT(seen("0,7,2").places, ElementsAre(0));
  for (const char* none : {"", "-1", "NoDevFiles", "1x", "CUDA:1"})
    EXPECT_THAT(seen(none).places, IsEmpty()) << none;
  EXPECT_EQ(seen("").reason, "0 of 3 boards, by CUDA_VISIBLE_DEVICES=");
}

TEST(VisibleBoards, AnIndexIsReadToItsEnd) {
  EXPECT_THAT(seen("12").places, IsEmpty()) << "board 12 of 3, and not board 1";
  EXPECT_THAT(seen("12", kMixed).places, IsEmpty());
  EXPECT_THAT(seen("CUDA:12").places, IsEmpty());
  EXPECT_THAT(seen("18446744073709551617").places, IsEmpty()) << "2^64 + 1";
}

TEST(VisibleBoards, APartOfABoardIsRefused) {
  const VisibleBoards part = seen("0,MIG-5c8e");
  EXPECT_THAT(part.places, IsEmpty());
  EXPECT_THAT(part.reason, HasSubstr("a part of a board (MIG-5c8e), which has no energy"));
}

TEST(VisibleBoards, WhereCudaMayCountOtherwiseItIsSaid) {
  EXPECT_THAT(seen("0", kMixed).reason, HasSubstr("only with CUDA_DEVICE_ORDER=PCI_BUS_ID"));
  EXPECT_THAT(seen("GPU-b", kMixed).reason, Not(HasSubstr("CUDA_DEVICE_ORDER")));
  FakeWorld fake;
  fake.set_environment("CUDA_VISIBLE_DEVICES", "0");
  fake.set_environment("CUDA_DEVICE_ORDER", "PCI_BUS_ID");
  EXPECT_THAT(visible_boards(*fake.world().environment, kMixed).reason,
              Not(HasSubstr("CUDA_DEVICE_ORDER")));
}

}  // namespace
}  // namespace isojoule::nvml
