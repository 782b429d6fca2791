// What every store promises, whatever it is made of: a new backend is a line at the end.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"
#include "isojoule/record/record_json.hpp"
#include "isojoule/store/open_store.hpp"

#include "support/memory_store.hpp"
#include "support/sample_record.hpp"
#include "support/temp_directory.hpp"

namespace isojoule {
namespace {

using detail::sample_record;
using State = CampaignCell::State;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Backend {
  std::string name;
  std::function<std::unique_ptr<Store>(const std::filesystem::path& folder)> open;
};

class StoreTest : public ::testing::TestWithParam<Backend> {
 protected:
  static CampaignEntry campaign(const std::string& id, const std::string& name) {
    return {id, name, "2026-01-31T12:34:56Z", Json{{"repeats", 2}}};
  }
  static CampaignCell cell(int repeat, State state, const std::string& record = "",
                           const std::string& reason = "") {
    return {"cnn-1x8", repeat, state, record, reason, 1, 2.5 * second};
  }

  const TempDirectory directory_;
  const std::unique_ptr<Store> store_ = GetParam().open(directory_.path());
};

Error error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  return {ErrorCode::bad_input, "nothing thrown"};
}

std::vector<std::string> ids_of(const std::vector<Record>& records) {
  std::vector<std::string> ids;
  for (const Record& record : records) ids.push_back(record.id);
  return ids;
}

std::string text_of(const Record& record) { return record_to_json(record).dump(); }

// Records.

TEST_P(StoreTest, ANewOneHoldsNothing) {
  EXPECT_THAT(store_->records(), IsEmpty());
  EXPECT_THAT(store_->profiles(), IsEmpty());
  EXPECT_THAT(store_->campaigns(), IsEmpty());
  EXPECT_STREQ(error_of([&] { store_->record("latest"); }).what(),
               "unknown record 'latest'; none is known");
  EXPECT_STREQ(error_of([&] { store_->campaign("latest"); }).what(),
               "unknown campaign 'latest'; none is known");
}

TEST_P(StoreTest, NamesItsFolders) {
  EXPECT_EQ(store_->folders().traces, directory_.path() / "traces");
  EXPECT_EQ(store_->folders().locks, directory_.path() / "campaigns");
}

TEST_P(StoreTest, KeepsRecordsWholeInTheOrderTheyWereAdded) {
  // The wall clock was set back in between: ids sort by it.
  const Record first = sample_record("02AAAAAAAAAAAAAAAAAAAAAAAA", "cnn-2x8");
  const Record second = sample_record("01BBBBBBBBBBBBBBBBBBBBBBBB");
  store_->add(first);
  store_->add(second);
  const std::vector<Record> records = store_->records();
  ASSERT_THAT(ids_of(records), ElementsAre(first.id, second.id));
  EXPECT_EQ(text_of(records[0]), text_of(first));
  EXPECT_EQ(text_of(records[1]), text_of(second));
}

TEST_P(StoreTest, MayBeReadWhileItsRecordsAreLookedAt) {
  store_->add(sample_record("01JAAAA"));
  store_->add(sample_record("01JBBBB"));
  std::vector<std::string> ids;
  store_->for_each_record(
      [&](const Record& record) { ids.push_back(store_->record(record.id.substr(0, 4)).id); });
  EXPECT_THAT(ids, ElementsAre("01JAAAA", "01JBBBB"));
}

TEST_P(StoreTest, ALookThatFailsEndsTheLooking) {
  store_->add(sample_record("X1"));
  store_->add(sample_record("X2"));
  int looks = 0;
  const auto look = [&looks](const Record&) {
    ++looks;
    throw Error(ErrorCode::usage, "enough");
  };
  EXPECT_STREQ(error_of([&] { store_->for_each_record(look); }).what(), "enough");
  EXPECT_EQ(looks, 1);
  EXPECT_THAT(store_->records(), SizeIs(2)) << "and it can be read again";
}

TEST_P(StoreTest, RefusesAnIdThatIsThere) {
  store_->add(sample_record("X1"));
  const Error error = error_of([&] { store_->add(sample_record("X1")); });
  EXPECT_EQ(error.code(), ErrorCode::io);
  EXPECT_THAT(error.what(), HasSubstr("holds a record X1 already"));
  EXPECT_THAT(store_->records(), SizeIs(1));
}

TEST_P(StoreTest, KeepsNamesThatTryToBeSql) {
  const Record record = sample_record("X1", "'); DROP TABLE records; --");
  store_->add(record);
  EXPECT_EQ(store_->record("X1").workload, record.workload);
}

TEST_P(StoreTest, KeepsARecordWhoseCommandIsNotUtf8) {
  Record record = sample_record("X1");
  record.command = {"caf\xE9"};
  store_->add(record);
  EXPECT_THAT(store_->record("X1").command, ElementsAre("caf\uFFFD"));
}

TEST_P(StoreTest, ARunThatEndsTakesThePlaceOfWhatWasRecoveredOfIt) {
  Record record = sample_record("01JABCDEFGHJKMNPQRSTVWXYZ1");
  record.outcome.state = CommandOutcome::State::cut_off;
  store_->add(record);
  store_->add(record);  // recovered again, later
  record.outcome = {CommandOutcome::State::complete, 0, std::nullopt};
  store_->add(record);
  ASSERT_THAT(store_->records(), SizeIs(1));
  EXPECT_EQ(store_->records()[0].outcome.state, CommandOutcome::State::complete);
  record.outcome.state = CommandOutcome::State::cut_off;
  EXPECT_THROW(store_->add(record), Error);
}

/// A record whose energy is not said by its only channel.
Record record_of_many_channels() {
  Record record = sample_record("01JMANY");
  using detail::sample_channel;
  record.whole.channels = {
      sample_channel("package-0", Scope::package, Kind::modelled, 1.0 * joule),
      sample_channel("package-0", Scope::package, Kind::measured, 1.0 / 3.0 * joule),
      sample_channel("package-0", Scope::package, Kind::measured, 0.1 * joule),
      sample_channel("package-1", Scope::package, Kind::modelled, 0.2 * joule),
      sample_channel("dram", Scope::dram, Kind::measured, std::nullopt)};
  record.whole.channels[1].channel.unit = milliwatt;
  record.outcome = {CommandOutcome::State::incomplete, 137, 9, true};
  return record;
}

/// Totals but for their intervals, to the last digit.
void expect_same(const RecordSummary& one, const RecordSummary& other) {
  EXPECT_EQ(one.id, other.id);
  EXPECT_EQ(one.created, other.created);
  EXPECT_EQ(one.workload, other.workload);
  EXPECT_EQ(one.outcome.state, other.outcome.state);
  EXPECT_EQ(one.outcome.exit_code, other.outcome.exit_code);
  EXPECT_EQ(one.outcome.signal, other.outcome.signal);
  EXPECT_EQ(one.outcome.interrupted, other.outcome.interrupted);
  EXPECT_EQ(one.elapsed, other.elapsed);
  ASSERT_EQ(one.total.has_value(), other.total.has_value());
  if (!one.total) return;
  EXPECT_EQ(one.total->energy, other.total->energy);
  EXPECT_EQ(one.total->kind, other.total->kind);
}

TEST_P(StoreTest, ListsOfEachRecordWhatASummaryOfItHas) {
  Record missing = sample_record("01JMISSING");
  missing.whole = detail::sample_measurement(2.0 * second, std::nullopt);
  Record nothing = sample_record("01JNOTHING");
  nothing.whole.channels.clear();
  const std::vector<Record> records{sample_record("01JSAMPLE", "a 'name', quoted"), missing,
                                    nothing, record_of_many_channels()};
  for (const Record& record : records) store_->add(record);
  std::vector<RecordSummary> listed;
  store_->for_each_summary(
      [&listed](RecordSummary summary) { listed.push_back(std::move(summary)); });
  ASSERT_THAT(listed, SizeIs(records.size()));
  for (std::size_t i = 0; i < records.size(); ++i) expect_same(listed[i], summary_of(records[i]));
  ASSERT_TRUE(listed[3].total);
  EXPECT_EQ(listed[3].total->energy, 0.1 * joule + 0.2 * joule)
      << "a counter goes before a meter of power, what is measured before what is modelled";
  EXPECT_EQ(listed[3].total->kind, Kind::modelled);
}

// Which record is meant.

TEST_P(StoreTest, FindsARecordByIdPrefixOrLatest) {
  const std::string first = "01JAABBBBBBBBBBBBBBBBBBBBB";
  const std::string second = "01JAAAAAAAAAAAAAAAAAAAAAAA";
  store_->add(sample_record(first));
  store_->add(sample_record(second));
  EXPECT_EQ(store_->record(second).id, second);
  EXPECT_EQ(store_->record("01jaabbbbbbbbbbbbbbbbbbbbb").id, first);
  EXPECT_EQ(store_->record("01JAAB").id, first);
  EXPECT_EQ(store_->record("01jaab").id, first);
  EXPECT_EQ(store_->record("latest").id, second) << "whatever the clock said";
}

TEST_P(StoreTest, LatestIsNoRecordOfACampaign) {
  store_->add(sample_record("OWN"));
  store_->add(campaign("01AAAA", "quick"));
  const Record of_a_cell = sample_record("R1");
  store_->end_cell("01AAAA", cell(1, State::done, "R1"), &of_a_cell);
  EXPECT_EQ(store_->record("latest").id, "OWN");
  // A run that failed, and one that was recovered from its trace, stand in no cell any more.
  Record failed = sample_record("R2");
  failed.context[kCampaignContext] = "01AAAA";
  const Record repeated = sample_record("R3");
  store_->end_cell("01AAAA", cell(2, State::failed, "R2"), &failed);
  store_->end_cell("01AAAA", cell(2, State::done, "R3"), &repeated);
  EXPECT_EQ(store_->record("latest").id, "OWN");
  store_->add(sample_record("NEWER"));
  EXPECT_EQ(store_->record("latest").id, "NEWER");
}

TEST_P(StoreTest, ThereIsNoLatestWhereCampaignsMadeAllRecords) {
  store_->add(campaign("01AAAA", "quick"));
  const Record record = sample_record("R1");
  store_->end_cell("01AAAA", cell(1, State::done, "R1"), &record);
  const Error error = error_of([&] { store_->record("latest"); });
  EXPECT_EQ(error.code(), ErrorCode::unknown_name);
  EXPECT_STREQ(error.what(),
               "no record is the latest: campaigns made all that the store has; name one by its "
               "id, as isojoule records list shows it");
}

TEST_P(StoreTest, RefusesAPrefixThatIsAmbiguousShortOrUnknown) {
  store_->add(sample_record("01JAAAA"));
  store_->add(sample_record("01JAABB"));
  store_->add(sample_record("01JAB"));
  store_->add(sample_record("01JA"));  // whole, so it stands between nobody and his record
  const Error ambiguous = error_of([&] { store_->record("01jaa"); });
  EXPECT_EQ(ambiguous.code(), ErrorCode::usage);
  EXPECT_STREQ(ambiguous.what(),
               "'01jaa' begins the identifiers of 2 records, such as 01JAAAA, 01JAABB; give more "
               "characters");
  EXPECT_EQ(store_->record("01JA").id, "01JA");
  EXPECT_EQ(store_->record("01ja").id, "01JA");
  const Error brief = error_of([&] { store_->record("01J"); });
  EXPECT_EQ(brief.code(), ErrorCode::usage);
  EXPECT_THAT(brief.what(), HasSubstr("give 4 characters or more"));
  for (const char* unknown : {"0%JA", "01J_", "ZZZZ", "01JB", "00ZZ"})
    EXPECT_EQ(error_of([&] { store_->record(unknown); }).code(), ErrorCode::unknown_name)
        << unknown;
  EXPECT_EQ(error_of([&] { store_->record(""); }).code(), ErrorCode::usage);
}

TEST_P(StoreTest, NamesTheOldestFourOfManyThatBeginAlike) {
  for (const char* id : {"01JAF", "01JAE", "01JAD", "01JAC", "01JAB"})
    store_->add(sample_record(id));
  EXPECT_THAT(error_of([&] { store_->record("01JA"); }).what(),
              HasSubstr("the identifiers of 5 records, such as 01JAF, 01JAE, 01JAD, 01JAC; give"));
}

TEST_P(StoreTest, NamesRecordsNearAnUnknownOne) {
  store_->add(sample_record("01JAAAA"));
  EXPECT_STREQ(error_of([&] { store_->record("01JAAAB"); }).what(),
               "unknown record '01JAAAB'; did you mean 01JAAAA?");
}

TEST_P(StoreTest, AShortIdIsFoundWhenItIsWhole) {
  store_->add(sample_record("X"));
  store_->add(sample_record("XY"));
  EXPECT_EQ(store_->record("X").id, "X");
}

// Profiles.

TEST_P(StoreTest, KeepsProfilesAndReplacesThem) {
  store_->put(make_profile("xeon", "first", {sample_record()}));
  store_->put(make_profile("alpha", "", {sample_record()}));
  store_->put(make_profile("xeon", "second", {sample_record()}));
  const std::vector<MachineProfile> profiles = store_->profiles();
  ASSERT_THAT(profiles, SizeIs(2));
  EXPECT_EQ(profiles[0].name, "alpha");
  EXPECT_EQ(profiles[1].name, "xeon");
  ASSERT_TRUE(store_->profile("xeon"));
  EXPECT_EQ(store_->profile("xeon")->condition, "second");
  EXPECT_FALSE(store_->profile("absent"));
}

// Campaigns.

TEST_P(StoreTest, ReadsCampaignsBackWithTheirCells) {
  store_->add(campaign("01AAAA", "quick"));
  const Record record = sample_record("R1", "cnn-1x8");
  store_->end_cell("01AAAA", cell(1, State::done, "R1"), &record);
  store_->end_cell("01AAAA", cell(2, State::skipped, "", "too large"), nullptr);
  const CampaignEntry back = store_->campaign("quick");
  EXPECT_EQ(back.id, "01AAAA");
  EXPECT_EQ(back.created, "2026-01-31T12:34:56Z");
  EXPECT_EQ(back.plan, (Json{{"repeats", 2}}));
  EXPECT_THAT(back.cells,
              ElementsAre(cell(1, State::done, "R1"), cell(2, State::skipped, "", "too large")));
  EXPECT_EQ(store_->record("R1").workload.name(), "cnn-1x8");
}

TEST_P(StoreTest, ACellThatIsDoneIsNotMeasuredAgain) {
  store_->add(campaign("01AAAA", "quick"));
  const Record first = sample_record("R1", "cnn-1x8");
  const Record second_time = sample_record("R2", "cnn-1x8");
  store_->end_cell("01AAAA", cell(1, State::done, "R1"), &first);
  EXPECT_THAT(error_of([&] {
                store_->end_cell("01AAAA", cell(1, State::done, "R2"), &second_time);
              }).what(),
              HasSubstr("campaign 01AAAA has measured cnn-1x8 1 already"));
  EXPECT_THAT(store_->records(), SizeIs(1)) << "neither the cell nor its record is kept";
}

TEST_P(StoreTest, ACellThatFailedMayBeRunAgain) {
  store_->add(campaign("01AAAA", "quick"));
  store_->end_cell("01AAAA", cell(1, State::failed, "", "exit code 1"), nullptr);
  const Record record = sample_record("R1", "cnn-1x8");
  store_->end_cell("01AAAA", cell(1, State::done, "R1"), &record);
  EXPECT_THAT(store_->campaign("01AAAA").cells, ElementsAre(cell(1, State::done, "R1")));
}

TEST_P(StoreTest, FindsCampaignsByNameIdAndLatest) {
  store_->add(campaign("01AAAA", "quick"));
  store_->add(campaign("01BBBB", "quick"));
  store_->add(campaign("01CCCC", "paper"));
  EXPECT_EQ(store_->campaign("quick").id, "01BBBB") << "the newest of a name";
  EXPECT_EQ(store_->campaign("01aa").id, "01AAAA");
  EXPECT_EQ(store_->campaign("latest").id, "01CCCC");
  EXPECT_THAT(error_of([&] { store_->campaign("none"); }).what(),
              HasSubstr("unknown campaign 'none'"));
}

TEST_P(StoreTest, APlansNameGoesBeforeIds) {
  store_->add(campaign("01AAAA", "latest"));
  store_->add(campaign("01BBBB", "01AAAA"));
  EXPECT_EQ(store_->campaign("latest").id, "01AAAA");
  EXPECT_EQ(store_->campaign("01AAAA").id, "01BBBB");
}

INSTANTIATE_TEST_SUITE_P(Backends, StoreTest,
                         ::testing::Values(Backend{"sqlite",
                                                   [](const auto& folder) {
                                                     return open_store(folder / "store.sqlite");
                                                   }},
                                           Backend{"memory",
                                                   [](const auto& folder) {
                                                     return std::make_unique<MemoryStore>(folder);
                                                   }}),
                         [](const auto& backend) { return backend.param.name; });

}  // namespace
}  // namespace isojoule
