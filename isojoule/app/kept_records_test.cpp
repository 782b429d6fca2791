#include "isojoule/app/kept_records.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"
#include "isojoule/record/record_json.hpp"
#include "isojoule/run/record_of_trace.hpp"
#include "isojoule/trace/trace_writer.hpp"

#include "support/fake_world.hpp"
#include "support/memory_store.hpp"
#include "support/sample_record.hpp"
#include "support/test_table.hpp"

namespace isojoule {
namespace {

using detail::sample_record;
using test_table::error_of;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// Rank `rank` of 2 on one node, which both measured.
Record rank_record(int rank) {
  Record record = sample_record("01JABCDEFGHJKMNPQRSTVWXYZ" + std::to_string(rank));
  record.job = JobPlace{"77", rank, 2, rank, "node"};
  return record;
}

class KeptRecords : public testing::Test {
 protected:
  std::string file_of(const Record& record, const std::string& name) {
    const std::filesystem::path path = fake.root() / name;
    write_file(path, record_to_json(record).dump());
    return path;
  }

  FakeWorld fake;
  MemoryStore store;
};

TEST_F(KeptRecords, AreFoundByIdOrInAFile) {
  store.add(rank_record(0));
  const std::string file = file_of(rank_record(1), "rank-1.json");
  Files& files = *fake.world().files;
  EXPECT_EQ(find_record(files, store, "latest").id, "01JABCDEFGHJKMNPQRSTVWXYZ0");
  EXPECT_EQ(find_record(files, store, file).id, "01JABCDEFGHJKMNPQRSTVWXYZ1");
}

TEST_F(KeptRecords, WhatIsNoRecordIsNamed) {
  Files& files = *fake.world().files;
  EXPECT_EQ(error_of([&] { find_record(files, store, "01JZ"); }).code(), ErrorCode::unknown_name);
  const Error absent = error_of([&] { find_record(files, store, "absent.json"); });
  EXPECT_EQ(absent.code(), ErrorCode::io);
  EXPECT_THAT(absent.what(), HasSubstr("cannot read absent.json"));
  const std::string odd = fake.root() / "odd.json";
  write_file(odd, "[1]");
  const Error wrong = error_of([&] { find_record(files, store, odd); });
  EXPECT_EQ(wrong.code(), ErrorCode::bad_input);
  EXPECT_THAT(wrong.what(), HasSubstr("odd.json"));
}

TEST_F(KeptRecords, RanksAreMergedWhereverTheyLieAndKept) {
  store.add(rank_record(0));
  const Record merged = merge_ranks(
      fake.world(), store, {"01JABCDEFGHJKMNPQRSTVWXYZ0", file_of(rank_record(1), "r.json")});
  EXPECT_EQ(merged.whole.total(Scope::package)->energy, 80.0 * joule)
      << "both saw the same package";
  EXPECT_THAT(store.records(), SizeIs(2));
  EXPECT_EQ(store.record(merged.id).whole.total(Scope::package)->energy, 80.0 * joule);
}

TEST_F(KeptRecords, WhatCannotBeMergedIsNotKept) {
  const std::string first = file_of(rank_record(0), "0.json");
  EXPECT_EQ(error_of([&] { merge_ranks(fake.world(), store, {first}); }).code(), ErrorCode::usage);
  EXPECT_EQ(error_of([&] { merge_ranks(fake.world(), store, {first, "gone.json"}); }).code(),
            ErrorCode::io);
  EXPECT_THAT(store.records(), IsEmpty());
}

TEST_F(KeptRecords, ARecoveredRecordKnowsItsTraceInEveryFolder) {
  Channel package;
  package.id = "rapl:package-0";
  package.component = "package-0";
  package.unit = joule;
  const std::filesystem::path file = fake.root() / "run.trace";
  TraceHeader header{"0", "", Instant{}, second, {{"rapl", {package}}}};
  header.about = about_text(sample_record());
  TraceWriter writer(real_files(), file, header);
  const auto at = [](int seconds) { return Instant{} + static_cast<double>(seconds) * second; };
  for (int i = 0; i <= 4; ++i) {
    writer.append(TracePoll{0, at(i), {static_cast<std::uint64_t>(10 * i)}});
    if (i == 1) writer.append(TraceCommand{TraceCommand::Edge::begin, at(1)});
  }
  const Record record = recovered_record(std::filesystem::relative(file));
  EXPECT_EQ(std::filesystem::path(record.trace).lexically_normal(), file);
  EXPECT_EQ(record.id, sample_record().id);
  EXPECT_EQ(record.outcome.state, CommandOutcome::State::cut_off);
  EXPECT_EQ(record.whole.total(Scope::package)->energy, 30.0 * joule);
}

TEST_F(KeptRecords, WithoutATraceThereIsNoneToRecover) {
  EXPECT_THROW(recovered_record(fake.root() / "gone.trace"), Error);
}

}  // namespace
}  // namespace isojoule
