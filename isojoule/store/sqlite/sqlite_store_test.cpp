#include <unistd.h>

#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"
#include "isojoule/record/record_json.hpp"
#include "isojoule/store/store.hpp"

#include "support/fake_world.hpp"
#include "support/sample_record.hpp"
#include "support/temp_directory.hpp"

namespace isojoule {
namespace {

using detail::sample_record;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class StoreTest : public ::testing::Test {
 protected:
  std::filesystem::path file() const { return directory_.path() / "store.sqlite"; }

  void execute(const std::string& sql) const {
    SQLite::Database(file(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec(sql);
  }
  std::string answer(const std::string& query) const {
    SQLite::Database database(file());
    return database.execAndGet(query).getString();
  }

  TempDirectory directory_;
};

Error error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  return {ErrorCode::unknown_name, "nothing thrown"};
}

std::string io_error(const std::function<void()>& action) {
  const Error error = error_of(action);
  EXPECT_EQ(error.code(), ErrorCode::io) << error.what();
  return error.what();
}

std::vector<std::string> ids_of(const std::vector<Record>& records) {
  std::vector<std::string> ids;
  for (const Record& record : records) ids.push_back(record.id);
  return ids;
}

std::string text_of(const Record& record) { return record_to_json(record).dump(); }

TEST_F(StoreTest, MakesItsFileAndDirectory) {
  const auto deep = directory_.path() / "a" / "b" / "store.sqlite";
  Store store(deep);
  EXPECT_EQ(store.file(), deep);
  EXPECT_TRUE(std::filesystem::is_regular_file(deep));
  EXPECT_THAT(store.records(), IsEmpty());
  EXPECT_THAT(store.profiles(), IsEmpty());
}

TEST_F(StoreTest, SaysWhatItIs) {
  {
    Store store(file());
  }
  EXPECT_EQ(answer("PRAGMA application_id"), std::to_string(0x69736f6a));
  EXPECT_EQ(answer("PRAGMA user_version"), "2");
  EXPECT_EQ(answer("PRAGMA journal_mode"), "wal");
}

TEST_F(StoreTest, KeepsRecordsWholeInTheOrderTheyWereAdded) {
  // The wall clock was set back in between: ids sort by it.
  const Record first = sample_record("02AAAAAAAAAAAAAAAAAAAAAAAA", "cnn-2x8");
  const Record second = sample_record("01BBBBBBBBBBBBBBBBBBBBBBBB");
  {
    Store store(file());
    store.add(first);
    store.add(second);
  }
  const std::vector<Record> records = Store(file()).records();
  ASSERT_THAT(ids_of(records), ElementsAre(first.id, second.id));
  EXPECT_EQ(text_of(records[0]), text_of(first));
  EXPECT_EQ(text_of(records[1]), text_of(second));
}

TEST_F(StoreTest, RefusesAnIdThatIsThere) {
  Store store(file());
  store.add(sample_record("X1"));
  EXPECT_THAT(io_error([&] { store.add(sample_record("X1")); }),
              HasSubstr("holds a record X1 already"));
  EXPECT_EQ(store.records().size(), 1u);
}

TEST_F(StoreTest, KeepsNamesThatTryToBeSql) {
  Store store(file());
  const Record record = sample_record("X1", "'); DROP TABLE records; --");
  store.add(record);
  EXPECT_EQ(store.record("X1").workload, record.workload);
}

TEST_F(StoreTest, KeepsARecordWhoseCommandIsNotUtf8) {
  Store store(file());
  Record record = sample_record("X1");
  record.command = {"caf\xE9"};
  store.add(record);
  EXPECT_THAT(store.record("X1").command, ElementsAre("caf\uFFFD"));
}

TEST_F(StoreTest, FindsARecordByIdPrefixOrLatest) {
  Store store(file());
  const std::string first = "01JAABBBBBBBBBBBBBBBBBBBBB";
  const std::string second = "01JAAAAAAAAAAAAAAAAAAAAAAA";
  store.add(sample_record(first));
  store.add(sample_record(second));
  EXPECT_EQ(store.record(second).id, second);
  EXPECT_EQ(store.record("01JAAB").id, first);
  EXPECT_EQ(store.record("01jaab").id, first);
  EXPECT_EQ(store.record("latest").id, second) << "whatever the clock said";
}

TEST_F(StoreTest, RefusesAPrefixThatIsAmbiguousShortOrUnknown) {
  Store store(file());
  EXPECT_STREQ(error_of([&] { store.record("latest"); }).what(),
               "unknown record 'latest'; none is known");
  store.add(sample_record("01JAAAA"));
  store.add(sample_record("01JAABB"));
  const Error ambiguous = error_of([&] { store.record("01JAA"); });
  EXPECT_EQ(ambiguous.code(), ErrorCode::usage);
  EXPECT_STREQ(ambiguous.what(),
               "'01JAA' begins the identifiers of 2 records, such as 01JAAAA, 01JAABB; give more "
               "characters");
  const Error brief = error_of([&] { store.record("01J"); });
  EXPECT_EQ(brief.code(), ErrorCode::usage);
  EXPECT_THAT(brief.what(), HasSubstr("give 4 characters or more"));
  EXPECT_EQ(error_of([&] { store.record("0%JA"); }).code(), ErrorCode::unknown_name);
  EXPECT_EQ(error_of([&] { store.record("ZZZZ"); }).code(), ErrorCode::unknown_name);
  EXPECT_EQ(error_of([&] { store.record(""); }).code(), ErrorCode::usage);
}

TEST_F(StoreTest, AShortIdIsFoundWhenItIsWhole) {
  Store store(file());
  store.add(sample_record("X"));
  store.add(sample_record("XY"));
  EXPECT_EQ(store.record("X").id, "X");
}

TEST_F(StoreTest, KeepsProfilesAndReplacesThem) {
  Store store(file());
  store.put(make_profile("xeon", "first", {sample_record()}));
  store.put(make_profile("alpha", "", {sample_record()}));
  store.put(make_profile("xeon", "second", {sample_record()}));
  const std::vector<MachineProfile> profiles = store.profiles();
  ASSERT_EQ(profiles.size(), 2u);
  EXPECT_EQ(profiles[0].name, "alpha");
  EXPECT_EQ(profiles[1].name, "xeon");
  ASSERT_TRUE(store.profile("xeon"));
  EXPECT_EQ(store.profile("xeon")->condition, "second");
  EXPECT_FALSE(store.profile("absent"));
}

TEST_F(StoreTest, CanBeMoved) {
  Store store(file());
  store.add(sample_record("X1"));
  Store moved(std::move(store));
  EXPECT_EQ(moved.record("X1").id, "X1");
}

// Looking into a store.

/// Takes our rights to files of others for a while; a test may run as root.
class AsNobody {
 public:
  AsNobody() { EXPECT_EQ(seteuid(geteuid() == 0 ? 65534 : geteuid()), 0); }
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;
  ~AsNobody() { EXPECT_EQ(seteuid(getuid()), 0); }
};

TEST_F(StoreTest, LookingMakesNothing) {
  const auto absent = directory_.path() / "deep" / "store.sqlite";
  const StoreReader reader(absent);
  EXPECT_THAT(reader.records(), IsEmpty());
  EXPECT_THAT(reader.profiles(), IsEmpty());
  EXPECT_FALSE(reader.profile("xeon"));
  EXPECT_EQ(error_of([&] { reader.record("latest"); }).code(), ErrorCode::unknown_name);
  EXPECT_FALSE(std::filesystem::exists(absent.parent_path()));
  write_file(file(), "");
  EXPECT_THAT(StoreReader(file()).records(), IsEmpty());
  EXPECT_EQ(std::filesystem::file_size(file()), 0u);
}

TEST_F(StoreTest, LookingSeesWhatAnOpenStoreHasWritten) {
  Store store(file());
  store.add(sample_record("X1"));
  EXPECT_EQ(StoreReader(file()).record("latest").id, "X1");
}

TEST_F(StoreTest, LookingRefusesWhatIsNoStore) {
  write_file(file(), "workload,energy\n");
  EXPECT_THAT(io_error([&] { StoreReader reader(file()); }), HasSubstr("is not a database"));
}

using std::filesystem::perms;
constexpr perms kRead = perms::owner_read | perms::group_read | perms::others_read;
constexpr perms kReadAndEnter = kRead | perms::owner_exec | perms::group_exec | perms::others_exec;

TEST_F(StoreTest, AFileOfSomebodyElsesCanBeReadAndIsNotTakenToBeWritten) {
  Store(file()).add(sample_record("X1"));
  std::filesystem::permissions(file(), kRead);
  for (const perms of_directory : {kReadAndEnter, perms::all}) {
    std::filesystem::permissions(directory_.path(), of_directory);
    const AsNobody nobody;
    EXPECT_EQ(StoreReader(file()).record("X1").id, "X1");
    EXPECT_THAT(io_error([&] { Store store(file()); }), HasSubstr("cannot be"));
  }
}

TEST_F(StoreTest, ANameThatUrisGiveAMeaningCanBeReadOnly) {
  const auto odd = directory_.path() / "a?b#c%41" / "store.sqlite";
  Store(odd).add(sample_record("X1"));
  std::filesystem::permissions(directory_.path(), perms::all);
  std::filesystem::permissions(odd.parent_path(), kReadAndEnter);
  {
    const AsNobody nobody;
    EXPECT_EQ(StoreReader(odd).record("X1").id, "X1");
  }
  std::filesystem::permissions(odd.parent_path(), perms::all);
}

// Files that are not a store, or not one that can be used.

TEST_F(StoreTest, RefusesADirectory) {
  EXPECT_EQ(io_error([&] { Store store(directory_.path()); }),
            "store '" + directory_.path().string() + "' cannot be opened: it is a directory");
}

TEST_F(StoreTest, RefusesADevice) {
  EXPECT_EQ(io_error([] { Store store("/dev/null"); }),
            "store '/dev/null' cannot be opened: it is not a regular file");
}

TEST_F(StoreTest, RefusesAPathThatCannotBeMade) {
  write_file(directory_.path() / "file", "in the way");
  const auto below = directory_.path() / "file" / "deep" / "store.sqlite";
  EXPECT_EQ(io_error([&] { Store store(below); }),
            "directory '" + below.parent_path().string() +
                "' of the store cannot be made: Not a directory");
}

TEST_F(StoreTest, RefusesAFileThatIsNoDatabaseAndLeavesItAlone) {
  for (const std::string& text :
       {std::string("x"), std::string("workload,energy\n"), std::string(10'000, 'z')}) {
    write_file(file(), text);
    EXPECT_THAT(io_error([&] { Store store(file()); }),
                HasSubstr("cannot be opened: it is not a database"));
    std::ifstream stream(file(), std::ios::binary);
    EXPECT_TRUE(std::string(std::istreambuf_iterator<char>(stream), {}) == text) << text.size();
  }
}

TEST_F(StoreTest, TakesAnEmptyFile) {
  write_file(file(), "");
  EXPECT_THAT(Store(file()).records(), IsEmpty());
}

TEST_F(StoreTest, RefusesTheDatabaseOfAnotherProgramAndLeavesItAlone) {
  execute("CREATE TABLE theirs(x); INSERT INTO theirs VALUES (5);");
  EXPECT_THAT(io_error([&] { Store store(file()); }),
              HasSubstr("is a database of another program"));
  EXPECT_EQ(answer("SELECT x FROM theirs"), "5");
  EXPECT_EQ(answer("PRAGMA journal_mode"), "delete");
  EXPECT_EQ(answer("SELECT count(*) FROM sqlite_schema"), "1");
}

TEST_F(StoreTest, RefusesTheEmptyDatabaseOfAnotherProgram) {
  execute("PRAGMA application_id = 12345");
  EXPECT_THAT(io_error([&] { Store store(file()); }),
              HasSubstr("is a database of another program"));
}

TEST_F(StoreTest, RefusesANewerSchema) {
  {
    Store store(file());
  }
  execute("PRAGMA user_version = 3");
  const Error error = error_of([&] { Store store(file()); });
  EXPECT_EQ(error.code(), ErrorCode::bad_input);
  EXPECT_EQ(std::string(error.what()),
            "store '" + file().string() +
                "' is of the newer schema 3; this program reads up to 2, "
                "update isojoule");
}

TEST_F(StoreTest, SaysThatItIsCorrupt) {
  {
    Store store(file());
    for (int i = 0; i < 50; ++i) store.add(sample_record(make_record_id(i)));
  }
  // The head stays, so that it still looks like a store.
  const auto size = static_cast<std::streamoff>(std::filesystem::file_size(file()));
  std::fstream stream(file(), std::ios::binary | std::ios::in | std::ios::out);
  stream.seekp(4096);
  stream << std::string(static_cast<std::size_t>(size - 4096), '\xAB');
  stream.close();
  EXPECT_THAT(io_error([&] { Store(file()).records(); }),
              HasSubstr("cannot be read: database disk image is malformed"));
}

TEST_F(StoreTest, SaysWhichRecordCannotBeUnderstood) {
  {
    Store(file()).add(sample_record("X1"));
  }
  execute("UPDATE records SET document = '{\"schema\":\"isojoule.record/9\"}'");
  const Error error = error_of([&] { Store(file()).records(); });
  EXPECT_EQ(error.code(), ErrorCode::bad_input);
  EXPECT_THAT(error.what(), HasSubstr("record X1 of store '" + file().string() +
                                      "' is of the newer schema 'isojoule.record/9'"));
}

TEST_F(StoreTest, NamesThatSqliteGivesAMeaningAreFilesLikeOthers) {
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(directory_.path());
  for (const char* name : {":memory:", "file:x?mode=memory"}) {
    Store(name).add(sample_record("X1"));
    EXPECT_TRUE(std::filesystem::exists(name)) << name;
  }
  std::filesystem::current_path(before);
}

// Where the store is.

TEST(DefaultStoreFile, IsUnderTheUsersData) {
  FakeWorld fake;
  const Environment& environment = *fake.world().environment;
  EXPECT_EQ(default_store_file(environment), std::nullopt);
  fake.set_environment("HOME", "/home/ada");
  EXPECT_EQ(default_store_file(environment), "/home/ada/.local/share/isojoule/store.sqlite");
  fake.set_environment("XDG_DATA_HOME", "/data");
  EXPECT_EQ(default_store_file(environment), "/data/isojoule/store.sqlite");
}

TEST(DefaultStoreFile, IgnoresRelativeAndEmptyPaths) {
  FakeWorld fake;
  fake.set_environment("HOME", "/home/ada");
  for (const char* ignored : {"", "data", "./data"}) {
    fake.set_environment("XDG_DATA_HOME", ignored);
    EXPECT_EQ(default_store_file(*fake.world().environment),
              "/home/ada/.local/share/isojoule/store.sqlite");
  }
}

TEST(StoreOfCutOffRuns, ARunThatEndsTakesThePlaceOfWhatWasRecoveredOfIt) {
  const TempDirectory directory;
  Store store(directory.path() / "store.sqlite");
  Record record = sample_record("01JABCDEFGHJKMNPQRSTVWXYZ1");
  record.outcome.state = CommandOutcome::State::cut_off;
  store.add(record);
  store.add(record);  // recovered again, later
  record.outcome = {CommandOutcome::State::complete, 0, std::nullopt};
  store.add(record);
  ASSERT_THAT(store.records(), SizeIs(1));
  EXPECT_EQ(store.records()[0].outcome.state, CommandOutcome::State::complete);
  record.outcome.state = CommandOutcome::State::cut_off;
  EXPECT_THROW(store.add(record), Error);
}

}  // namespace
}  // namespace isojoule
