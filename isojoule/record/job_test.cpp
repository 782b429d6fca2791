#include "isojoule/record/job.hpp"

#include <gtest/gtest.h>

namespace isojoule {
namespace {

using Who = NodeOwner::Who;

JobPlace place_of(std::optional<int> rank, std::optional<int> ranks,
                  std::optional<int> local_rank) {
  return {"77.0", rank, ranks, local_rank, "aaaa"};
}

TEST(Job, TheFirstRankOfANodeOwnsIt) {
  EXPECT_EQ(place_text(place_of(0, 2, 0), std::nullopt),
            "rank 0 of 2; it measures this node's packages and memory");
  EXPECT_EQ(place_text(place_of(1, 2, 1), std::nullopt),
            "rank 1 of 2; rank 0 measures this node's packages and memory");
  EXPECT_EQ(place_text(place_of(4, 8, 0), std::nullopt),
            "rank 4 of 8 (local rank 0); it measures this node's packages and memory");
}

TEST(Job, WhichRankIsTheFirstIsNotGuessed) {
  // Block by block it would be rank 4, dealt out in turn rank 1.
  EXPECT_EQ(place_text(place_of(5, 8, 1), std::nullopt),
            "rank 5 of 8 (local rank 1); local rank 0 measures this node's packages and memory");
}

TEST(Job, WithoutALocalRankTheOwnerIsUnknown) {
  EXPECT_EQ(owner_of_node(place_of(0, 2, {}), {}).who, Who::unknown);
  EXPECT_EQ(place_text(place_of(0, 2, {}), std::nullopt),
            "rank 0 of 2; ownership unknown: other ranks may have measured this node's packages "
            "and memory too (the launcher gives no local rank)");
}

TEST(Job, WhatTheRecordStatesComesFirst) {
  EXPECT_EQ(place_text(place_of(3, {}, {}), NodeOwner{Who::another, "rank 2"}),
            "rank 3; rank 2 measures this node's packages and memory");
  EXPECT_EQ(place_text(place_of({}, {}, 1), std::nullopt),
            "a rank without a number (local rank 1); local rank 0 measures this node's packages "
            "and memory");
}

TEST(Job, ACommandByItselfHasNoPlace) {
  EXPECT_EQ(place_text(std::nullopt, std::nullopt), "");
  EXPECT_EQ(owner_of_node(std::nullopt, std::nullopt).who, Who::this_process);
  EXPECT_EQ(place_text(std::nullopt, NodeOwner{Who::another, "the isojoule around it"}),
            "the isojoule around it measures this node's packages and memory");
}

}  // namespace
}  // namespace isojoule
