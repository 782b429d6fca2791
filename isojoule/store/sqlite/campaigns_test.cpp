#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"
#include "isojoule/store/store.hpp"

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

class CampaignsTest : public ::testing::Test {
 protected:
  static CampaignEntry entry(const std::string& id, const std::string& name) {
    return {id, name, "2026-01-31T12:34:56Z", Json{{"repeats", 2}}};
  }
  static CampaignCell cell(int repeat, State state, const std::string& record = "",
                           const std::string& reason = "") {
    return {"cnn-1x8", repeat, state, record, reason, 1, 2.5 * second};
  }
  template <class Action>
  static std::string failure(Action action) {
    try {
      action();
    } catch (const Error& error) {
      return error.what();
    }
    return "nothing thrown";
  }

  TempDirectory directory_;
  std::filesystem::path file_ = directory_.path() / "store.sqlite";
};

TEST_F(CampaignsTest, AreReadBackWithTheirCells) {
  Store store(file_);
  store.add(entry("01AAAA", "quick"));
  const Record record = sample_record("R1", "cnn-1x8");
  store.end_cell("01AAAA", cell(1, State::done, "R1"), &record);
  store.end_cell("01AAAA", cell(2, State::skipped, "", "too large"), nullptr);
  const CampaignEntry back = StoreReader(file_).campaign("quick");
  EXPECT_EQ(back.id, "01AAAA");
  EXPECT_EQ(back.created, "2026-01-31T12:34:56Z");
  EXPECT_EQ(back.plan, (Json{{"repeats", 2}}));
  EXPECT_THAT(back.cells,
              ElementsAre(cell(1, State::done, "R1"), cell(2, State::skipped, "", "too large")));
  EXPECT_EQ(store.record("R1").workload.name(), "cnn-1x8");
}

TEST_F(CampaignsTest, ACellThatIsDoneIsNotMeasuredAgain) {
  Store store(file_);
  store.add(entry("01AAAA", "quick"));
  const Record first = sample_record("R1", "cnn-1x8");
  const Record second_time = sample_record("R2", "cnn-1x8");
  store.end_cell("01AAAA", cell(1, State::done, "R1"), &first);
  EXPECT_THAT(failure([&] { store.end_cell("01AAAA", cell(1, State::done, "R2"), &second_time); }),
              HasSubstr("campaign 01AAAA has measured cnn-1x8 1 already"));
  EXPECT_THAT(store.records(), SizeIs(1)) << "neither the cell nor its record is kept";
}

TEST_F(CampaignsTest, ACellThatFailedMayBeRunAgain) {
  Store store(file_);
  store.add(entry("01AAAA", "quick"));
  store.end_cell("01AAAA", cell(1, State::failed, "", "exit code 1"), nullptr);
  const Record record = sample_record("R1", "cnn-1x8");
  store.end_cell("01AAAA", cell(1, State::done, "R1"), &record);
  EXPECT_THAT(store.campaign("01AAAA").cells, ElementsAre(cell(1, State::done, "R1")));
}

TEST_F(CampaignsTest, AreFoundByNameIdAndLatest) {
  Store store(file_);
  store.add(entry("01AAAA", "quick"));
  store.add(entry("01BBBB", "quick"));
  store.add(entry("01CCCC", "paper"));
  EXPECT_EQ(store.campaign("quick").id, "01BBBB") << "the newest of a name";
  EXPECT_EQ(store.campaign("01aa").id, "01AAAA");
  EXPECT_EQ(store.campaign("latest").id, "01CCCC");
  EXPECT_THAT(failure([&] { store.campaign("none"); }), HasSubstr("unknown campaign 'none'"));
}

TEST_F(CampaignsTest, AStoreOfVersion1HasNoneAndGetsTheirTables) {
  {
    const Store store(file_);
  }
  {
    SQLite::Database database(file_, SQLite::OPEN_READWRITE);
    database.exec("DROP TABLE cells; DROP TABLE campaigns; PRAGMA user_version = 1");
  }
  EXPECT_THAT(StoreReader(file_).campaigns(), IsEmpty());
  Store store(file_);
  store.add(entry("01AAAA", "quick"));
  EXPECT_THAT(store.campaigns(), SizeIs(1));
}

}  // namespace
}  // namespace isojoule
