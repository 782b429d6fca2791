#include "isojoule/record/merge_records.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"

#include "support/sample_record.hpp"

namespace isojoule {
namespace {

using detail::sample_channel;
using detail::sample_record;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// Rank `rank` of 4, two to a node, each of which sees the node's package and both its boards.
Record rank_record(int rank) {
  Record record = sample_record("rank-" + std::to_string(rank));
  const std::string node = rank < 2 ? "aaaa" : "bbbb";
  record.job = JobPlace{"77", rank, 4, rank % 2, node};
  record.whole.channels = {
      sample_channel("package-0", Scope::package, Kind::measured, 100.0 * joule),
      sample_channel("gpu-0-of-" + node, Scope::gpu, Kind::measured, 1000.0 * joule),
      sample_channel("gpu-1-of-" + node, Scope::gpu, Kind::measured, 1000.0 * joule)};
  record.windows.resize(1);
  record.windows[0].measurement.channels = record.whole.channels;
  return record;
}

double joules(const Measurement& measurement, Scope scope) {
  const auto total = measurement.total(scope);
  return total ? total->energy.in(joule) : -1.0;
}

std::string refusal(std::vector<Record> records) {
  try {
    merge_records(std::move(records), "merged");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::usage);
    return error.what();
  }
  return "nothing thrown";
}

TEST(MergeRecords, CountsEachComponentOnce) {
  // Each rank counted the whole node: naively 4 x (100 + 2000) J.
  const Record merged =
      merge_records({rank_record(3), rank_record(0), rank_record(2), rank_record(1)}, "merged");
  EXPECT_EQ(joules(merged.whole, Scope::package), 200.0);
  EXPECT_EQ(joules(merged.whole, Scope::gpu), 4000.0);
  EXPECT_EQ(joules(merged.windows.at(0).measurement, Scope::gpu), 4000.0);
  EXPECT_THAT(merged.faults, IsEmpty());
  EXPECT_EQ(merged.id, "merged");
  EXPECT_EQ(merged.context.at(kMergedContext), "rank-0 rank-1 rank-2 rank-3");
  EXPECT_FALSE(merged.job);
  EXPECT_EQ(merged.whole.channels[0].channel.component, "node-1/package-0");
}

TEST(MergeRecords, OnOneNodeComponentsKeepTheirNames) {
  const Record merged = merge_records({rank_record(0), rank_record(1)}, "merged");
  EXPECT_EQ(merged.whole.channels[0].channel.component, "package-0");
  EXPECT_EQ(joules(merged.whole, Scope::package), 100.0);
}

TEST(MergeRecords, WhereTheOwnerIsUnknownTheNodesPartsAreNotAdded) {
  // Two ranks of one node, or of two that take themselves for two: each measured the package.
  for (const char* second_node : {"aaaa", "cccc"}) {
    Record first = rank_record(0);
    Record second = rank_record(1);
    for (Record* record : {&first, &second}) {
      record->job->local_rank.reset();
      record->node_owner = NodeOwner{NodeOwner::Who::unknown, "no lock can be had"};
    }
    second.job->node = second_node;
    second.whole.channels.erase(second.whole.channels.begin() + 1);
    const Record merged = merge_records({first, second}, "merged");
    for (const Measurement* measurement : {&merged.whole, &merged.windows.at(0).measurement}) {
      EXPECT_FALSE(measurement->total(Scope::package));
      EXPECT_THAT(measurement->total(Scope::package).refused,
                  HasSubstr("it is not known which rank owns the node, so it may be counted twice "
                            "(rank 0: no lock can be had)"));
    }
    EXPECT_GT(joules(merged.whole, Scope::gpu), 0.0) << "boards are told apart by their ids";
  }
}

TEST(MergeRecords, AnOwnersPartsAreCountedWhateverOthersDoNotKnow) {
  Record unknown = rank_record(0);
  unknown.node_owner = NodeOwner{NodeOwner::Who::unknown, "no lock can be had"};
  Record owner = rank_record(1);
  owner.node_owner = NodeOwner{NodeOwner::Who::this_process, "elected by a lock"};
  owner.whole.channels[0].energy = 90.0 * joule;
  EXPECT_EQ(joules(merge_records({unknown, owner}, "merged").whole, Scope::package), 90.0);
}

TEST(MergeRecords, OldRecordsWithoutALocalRankAreNotAddedEither) {
  Record first = rank_record(0);
  Record second = rank_record(2);
  EXPECT_EQ(joules(merge_records({first, second}, "merged").whole, Scope::package), 200.0);
  second.job->local_rank.reset();
  EXPECT_FALSE(merge_records({first, second}, "merged").whole.total(Scope::package));
}

TEST(MergeRecords, ABoardIsCountedOnceEvenIfItsRanksTakeItsNodeForTwo) {
  const std::string board = "gpu-GPU-8f6a0c1e-94d7-4ab2-9d3e-0123456789ab";
  Record first = rank_record(0);
  Record second = rank_record(2);
  for (Record* record : {&first, &second})
    record->whole.channels = {
        sample_channel(board, Scope::gpu, Kind::measured, 1000.0 * joule),
        sample_channel("gpu-0000:03:00.0", Scope::gpu, Kind::measured, 10.0 * joule)};
  const Record merged = merge_records({first, second}, "merged");
  EXPECT_EQ(joules(merged.whole, Scope::gpu), 1020.0) << "an address is one of each node";
  EXPECT_EQ(merged.whole.channels[0].channel.component, board);
}

TEST(MergeRecords, ARankThatKnowsABoardsEnergySpeaksForIt) {
  Record first = rank_record(0);
  first.whole.channels[1].energy.reset();
  first.whole.channels[1].reason = "it fell off the bus";
  EXPECT_EQ(joules(merge_records({first, rank_record(1)}, "merged").whole, Scope::gpu), 2000.0);
}

TEST(MergeRecords, RanksWithoutANumberAreMergedAndTheirCountIsUnknown) {
  Record first = rank_record(0);
  Record second = rank_record(2);
  for (Record* record : {&first, &second}) {
    record->job->rank.reset();
    record->job->ranks.reset();
  }
  const Record merged = merge_records({first, second}, "merged");
  EXPECT_EQ(joules(merged.whole, Scope::package), 200.0);
  ASSERT_THAT(merged.faults, SizeIs(1));
  EXPECT_THAT(merged.faults[0].message, HasSubstr("whether records are missing is not known"));
  EXPECT_THAT(refusal({first, first}), HasSubstr("record rank-0 is given twice"));
}

TEST(MergeRecords, WhatAnyRankCouldNotMeasureIsSaidOnce) {
  Record first = rank_record(0);
  Record second = rank_record(2);
  const Unmeasured rapl{"rapl", "permission denied", "sudo"};
  first.unmeasured = {rapl};
  second.unmeasured = {rapl, {"a board", "it has no power reading", ""}};
  EXPECT_THAT(merge_records({first, second}, "merged").unmeasured,
              ElementsAre(rapl, second.unmeasured[1]));
}

TEST(MergeRecords, MissingRanksAreTold) {
  EXPECT_THAT(missing_ranks({rank_record(3), rank_record(0)}), ElementsAre(1, 2));
  const Record merged = merge_records({rank_record(3), rank_record(0)}, "merged");
  ASSERT_THAT(merged.faults, SizeIs(1));
  EXPECT_EQ(merged.faults[0].message, "the records of 2 of 4 ranks are missing: 1, 2");
}

TEST(MergeRecords, EachRanksModelledCpuIsItsOwn) {
  Record first = rank_record(0);
  Record second = rank_record(1);
  for (Record* record : {&first, &second})
    record->whole.channels = {
        sample_channel("package", Scope::package, Kind::modelled, 30.0 * joule)};
  const Record merged = merge_records({first, second}, "merged");
  EXPECT_EQ(joules(merged.whole, Scope::package), 60.0);
  EXPECT_EQ(merged.whole.total(Scope::package)->kind, Kind::modelled);
}

TEST(MergeRecords, ARankWithoutTheWindowMakesItsEnergyMissingThere) {
  Record other = rank_record(2);
  other.windows.clear();
  const Record merged = merge_records({rank_record(0), other}, "merged");
  EXPECT_EQ(joules(merged.whole, Scope::package), 200.0);
  const Measurement& steps = merged.windows.at(0).measurement;
  EXPECT_FALSE(steps.total(Scope::package));
  EXPECT_THAT(steps.total(Scope::package).refused, HasSubstr("rank 2 has no such window"));
}

TEST(MergeRecords, OneFailedRankMakesTheJobIncomplete) {
  Record failed = rank_record(1);
  failed.outcome = {CommandOutcome::State::incomplete, 5, std::nullopt};
  failed.faults = {{FaultKind::retry, Instant{}, "nvml", "lost"}};
  const Record merged = merge_records({rank_record(0), failed}, "merged");
  EXPECT_EQ(merged.outcome.state, CommandOutcome::State::incomplete);
  EXPECT_EQ(merged.outcome.exit_code, 5);
  ASSERT_THAT(merged.faults, SizeIs(2));  // and the ranks that are missing
  EXPECT_EQ(merged.faults[0].source, "rank 1: nvml");
}

TEST(MergeRecords, RestIsMergedOnlyWhereAllRanksHaveIt) {
  Record first = rank_record(0);
  Record second = rank_record(2);
  first.idle_before = first.whole;
  EXPECT_FALSE(merge_records({first, second}, "merged").idle_before);
  second.idle_before = second.whole;
  const Record merged = merge_records({first, second}, "merged");
  ASSERT_TRUE(merged.idle_before);
  EXPECT_EQ(joules(*merged.idle_before, Scope::package), 200.0);
}

TEST(MergeRecords, RefusesWhatIsNotOneJob) {
  EXPECT_THAT(refusal({rank_record(0)}), HasSubstr("two ranks at least"));
  EXPECT_THAT(refusal({rank_record(0), sample_record("alone")}), HasSubstr("alone is of no job"));
  Record again = rank_record(1);
  again.id = "again";
  EXPECT_THAT(refusal({rank_record(1), again}), HasSubstr("both of rank 1"));
  Record other = rank_record(1);
  other.job->job = "78";
  EXPECT_THAT(refusal({rank_record(0), other}), HasSubstr("different jobs: 77 and 78"));
  other = rank_record(1);
  other.repeat = Repeat{"first", 2, 3};
  EXPECT_THAT(refusal({rank_record(0), other}), HasSubstr("different repeats"));
  other = rank_record(1);
  other.workload = WorkloadId("another");
  EXPECT_THAT(refusal({rank_record(0), other}), HasSubstr("different workloads"));
}

}  // namespace
}  // namespace isojoule
