#include "isojoule/store/sqlite/sqlite_store.hpp"

#include <unistd.h>

#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"

#include "support/sample_record.hpp"
#include "support/temp_directory.hpp"

namespace isojoule {
namespace {

using detail::sample_record;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SqliteStoreTest : public ::testing::Test {
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

TEST_F(SqliteStoreTest, MakesItsFileAndDirectory) {
  const auto deep = directory_.path() / "a" / "b" / "store.sqlite";
  const auto store = open_sqlite_to_write(deep);
  EXPECT_EQ(store->folders().traces, deep.parent_path() / "traces");
  EXPECT_TRUE(std::filesystem::is_regular_file(deep));
  EXPECT_THAT(store->records(), IsEmpty());
  EXPECT_THAT(store->profiles(), IsEmpty());
}

TEST_F(SqliteStoreTest, SaysWhatItIs) {
  open_sqlite_to_write(file());
  EXPECT_EQ(answer("PRAGMA application_id"), std::to_string(0x69736f6a));
  EXPECT_EQ(answer("PRAGMA user_version"), "2");
  EXPECT_EQ(answer("PRAGMA journal_mode"), "wal");
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

TEST_F(SqliteStoreTest, LookingMakesNothing) {
  const auto absent = directory_.path() / "deep" / "store.sqlite";
  const auto reader = open_sqlite_to_read(absent);
  EXPECT_THAT(reader->records(), IsEmpty());
  EXPECT_THAT(reader->profiles(), IsEmpty());
  EXPECT_FALSE(reader->profile("xeon"));
  EXPECT_EQ(error_of([&] { reader->record("latest"); }).code(), ErrorCode::unknown_name);
  EXPECT_FALSE(std::filesystem::exists(absent.parent_path()));
  write_file(file(), "");
  EXPECT_THAT(open_sqlite_to_read(file())->records(), IsEmpty());
  EXPECT_EQ(std::filesystem::file_size(file()), 0u);
}

TEST_F(SqliteStoreTest, LookingSeesWhatAnOpenStoreHasWritten) {
  const auto store = open_sqlite_to_write(file());
  store->add(sample_record("X1"));
  EXPECT_EQ(open_sqlite_to_read(file())->record("latest").id, "X1");
}

TEST_F(SqliteStoreTest, LookingRefusesWhatIsNoStore) {
  write_file(file(), "workload,energy\n");
  EXPECT_THAT(io_error([&] { open_sqlite_to_read(file()); }), HasSubstr("is not a database"));
}

using std::filesystem::perms;
constexpr perms kRead = perms::owner_read | perms::group_read | perms::others_read;
constexpr perms kReadAndEnter = kRead | perms::owner_exec | perms::group_exec | perms::others_exec;

TEST_F(SqliteStoreTest, AFileOfSomebodyElsesCanBeReadAndIsNotTakenToBeWritten) {
  open_sqlite_to_write(file())->add(sample_record("X1"));
  std::filesystem::permissions(file(), kRead);
  for (const perms of_directory : {kReadAndEnter, perms::all}) {
    std::filesystem::permissions(directory_.path(), of_directory);
    const AsNobody nobody;
    EXPECT_EQ(open_sqlite_to_read(file())->record("X1").id, "X1");
    EXPECT_THAT(io_error([&] { open_sqlite_to_write(file()); }), HasSubstr("cannot be"));
  }
}

TEST_F(SqliteStoreTest, ANameThatUrisGiveAMeaningCanBeReadOnly) {
  const auto odd = directory_.path() / "a?b#c%41" / "store.sqlite";
  open_sqlite_to_write(odd)->add(sample_record("X1"));
  std::filesystem::permissions(directory_.path(), perms::all);
  std::filesystem::permissions(odd, kRead);
  std::filesystem::permissions(odd.parent_path(), kReadAndEnter);
  {
    const AsNobody nobody;
    EXPECT_EQ(open_sqlite_to_read(odd)->record("X1").id, "X1");
  }
  std::filesystem::permissions(odd.parent_path(), perms::all);
}

TEST_F(SqliteStoreTest, AStoreOfVersion1HasNoCampaignsAndGetsTheirTables) {
  open_sqlite_to_write(file())->add(sample_record("X1"));
  execute("DROP TABLE cells; DROP TABLE campaigns; PRAGMA user_version = 1");
  const auto reader = open_sqlite_to_read(file());
  EXPECT_THAT(reader->campaigns(), IsEmpty());
  EXPECT_EQ(error_of([&] { reader->campaign("quick"); }).code(), ErrorCode::unknown_name);
  EXPECT_EQ(reader->record("latest").id, "X1");
  const auto store = open_sqlite_to_write(file());
  store->add(CampaignEntry{"01AAAA", "quick", "2026-01-31T12:34:56Z", Json{}});
  EXPECT_EQ(store->campaign("quick").id, "01AAAA");
}

// Files that are not a store, or not one that can be used.

TEST_F(SqliteStoreTest, RefusesADirectory) {
  EXPECT_EQ(io_error([&] { open_sqlite_to_write(directory_.path()); }),
            "store '" + directory_.path().string() + "' cannot be opened: it is a directory");
}

TEST_F(SqliteStoreTest, RefusesADevice) {
  EXPECT_EQ(io_error([] { open_sqlite_to_write("/dev/null"); }),
            "store '/dev/null' cannot be opened: it is not a regular file");
}

TEST_F(SqliteStoreTest, RefusesAPathThatCannotBeMade) {
  write_file(directory_.path() / "file", "in the way");
  const auto below = directory_.path() / "file" / "deep" / "store.sqlite";
  EXPECT_EQ(io_error([&] { open_sqlite_to_write(below); }),
            "directory '" + below.parent_path().string() +
                "' of the store cannot be made: Not a directory");
}

TEST_F(SqliteStoreTest, RefusesAFileThatIsNoDatabaseAndLeavesItAlone) {
  for (const std::string& text :
       {std::string("x"), std::string("workload,energy\n"), std::string(10'000, 'z')}) {
    write_file(file(), text);
    EXPECT_THAT(io_error([&] { open_sqlite_to_write(file()); }),
                HasSubstr("cannot be opened: it is not a database"));
    std::ifstream stream(file(), std::ios::binary);
    EXPECT_TRUE(std::string(std::istreambuf_iterator<char>(stream), {}) == text) << text.size();
  }
}

TEST_F(SqliteStoreTest, TakesAnEmptyFile) {
  write_file(file(), "");
  EXPECT_THAT(open_sqlite_to_write(file())->records(), IsEmpty());
}

TEST_F(SqliteStoreTest, RefusesTheDatabaseOfAnotherProgramAndLeavesItAlone) {
  execute("CREATE TABLE theirs(x); INSERT INTO theirs VALUES (5);");
  EXPECT_THAT(io_error([&] { open_sqlite_to_write(file()); }),
              HasSubstr("is a database of another program"));
  EXPECT_EQ(answer("SELECT x FROM theirs"), "5");
  EXPECT_EQ(answer("PRAGMA journal_mode"), "delete");
  EXPECT_EQ(answer("SELECT count(*) FROM sqlite_schema"), "1");
}

TEST_F(SqliteStoreTest, RefusesTheEmptyDatabaseOfAnotherProgram) {
  execute("PRAGMA application_id = 12345");
  EXPECT_THAT(io_error([&] { open_sqlite_to_write(file()); }),
              HasSubstr("is a database of another program"));
}

TEST_F(SqliteStoreTest, RefusesANewerSchema) {
  open_sqlite_to_write(file());
  execute("PRAGMA user_version = 3");
  const Error error = error_of([&] { open_sqlite_to_write(file()); });
  EXPECT_EQ(error.code(), ErrorCode::bad_input);
  EXPECT_EQ(std::string(error.what()),
            "store '" + file().string() +
                "' is of the newer schema 3; this program reads up to 2, "
                "update isojoule");
}

TEST_F(SqliteStoreTest, SaysThatItIsCorrupt) {
  {
    const auto store = open_sqlite_to_write(file());
    for (int i = 0; i < 50; ++i) store->add(sample_record(make_record_id(i)));
  }
  // The head stays, so that it still looks like a store.
  const auto size = static_cast<std::streamoff>(std::filesystem::file_size(file()));
  std::fstream stream(file(), std::ios::binary | std::ios::in | std::ios::out);
  stream.seekp(4096);
  stream << std::string(static_cast<std::size_t>(size - 4096), '\xAB');
  stream.close();
  EXPECT_THAT(io_error([&] { open_sqlite_to_write(file())->records(); }),
              HasSubstr("cannot be read: database disk image is malformed"));
}

TEST_F(SqliteStoreTest, SaysWhichRecordCannotBeUnderstood) {
  {
    open_sqlite_to_write(file())->add(sample_record("X1"));
  }
  execute("UPDATE records SET document = '{\"schema\":\"isojoule.record/9\"}'");
  const Error error = error_of([&] { open_sqlite_to_write(file())->records(); });
  EXPECT_EQ(error.code(), ErrorCode::bad_input);
  EXPECT_THAT(error.what(), HasSubstr("record X1 of store '" + file().string() +
                                      "' is of the newer schema 'isojoule.record/9'"));
}

/// Runs through a list; gives the ids.
std::vector<std::string> listed(const StoreReader& store) {
  std::vector<std::string> ids;
  store.for_each_summary([&ids](const RecordSummary& record) { ids.push_back(record.id); });
  return ids;
}

TEST_F(SqliteStoreTest, AListSaysWhichRecordCannotBeUnderstood) {
  for (const auto& [document, what] :
       {std::pair{R"({"schema":"isojoule.record/9"})", "is of the newer schema"},
        std::pair{R"({"schema":"isojoule.record/2"})", "key 'id' is missing"},
        std::pair{"{", "record X1 of store"}}) {
    std::filesystem::remove(file());
    open_sqlite_to_write(file())->add(sample_record("X1"));
    execute(std::string("UPDATE records SET document = '") + document + "'");
    const Error error = error_of([&] { listed(*open_sqlite_to_read(file())); });
    EXPECT_EQ(error.code(), ErrorCode::bad_input) << document;
    EXPECT_THAT(error.what(), AllOf(HasSubstr("record X1 of store '"), HasSubstr(what)));
  }
}

TEST_F(SqliteStoreTest, AListReadsNoMoreOfARecordThanItShows) {
  open_sqlite_to_write(file())->add(sample_record("X1"));
  execute("UPDATE records SET document = json_set(document, '$.windows', 'nonsense')");
  const auto store = open_sqlite_to_read(file());
  EXPECT_THAT(listed(*store), ElementsAre("X1"));
  EXPECT_EQ(error_of([&] { store->record("X1"); }).code(), ErrorCode::bad_input);
}

TEST_F(SqliteStoreTest, LatestIsFoundAmongRecordsThatAreNoJson) {
  open_sqlite_to_write(file())->add(sample_record("X1"));
  execute("INSERT INTO records VALUES ('X2', '', '', '', '{')");
  const Error error = error_of([&] { open_sqlite_to_read(file())->record("latest"); });
  EXPECT_THAT(error.what(), HasSubstr("record X2 of store"));
}

TEST_F(SqliteStoreTest, ListsRecordsOfVersion1) {
  open_sqlite_to_write(file())->add(sample_record("X1"));
  execute("UPDATE records SET document = json_set(document, '$.schema', 'isojoule.record/1')");
  EXPECT_THAT(listed(*open_sqlite_to_read(file())), ElementsAre("X1"));
}

TEST_F(SqliteStoreTest, NamesThatSqliteGivesAMeaningAreFilesLikeOthers) {
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(directory_.path());
  for (const char* name : {":memory:", "file:x?mode=memory"}) {
    open_sqlite_to_write(name)->add(sample_record("X1"));
    EXPECT_TRUE(std::filesystem::exists(name)) << name;
  }
  std::filesystem::current_path(before);
}

}  // namespace
}  // namespace isojoule
