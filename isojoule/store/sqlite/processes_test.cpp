// The store under several processes, and under one that is killed.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/record/record_json.hpp"
#include "isojoule/store/sqlite/sqlite_store.hpp"

#include "support/sample_record.hpp"
#include "support/temp_directory.hpp"

namespace isojoule {
namespace {

using detail::sample_record;
using ::testing::UnorderedElementsAre;

std::string text_of(const Record& record) { return record_to_json(record).dump(); }

/// Runs `work` in a child; its exit code is 0 unless something is thrown.
pid_t in_child(const std::function<void()>& work) {
  const pid_t child = fork();
  if (child != 0) return child;
  try {
    work();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "child: %s\n", error.what());
    _exit(1);
  }
  _exit(0);
}

int exit_code_of(pid_t child) {
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

struct Pipe {
  Pipe() { EXPECT_EQ(pipe(ends), 0); }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  void close_end(int end) {
    if (ends[end] >= 0) close(ends[end]);
    ends[end] = -1;
  }
  int ends[2] = {-1, -1};
};

TEST(StoreOfManyProcesses, IsMadeAndFilledByAllAtOnce) {
  const TempDirectory directory;
  constexpr int kRounds = 20;
  constexpr int kProcesses = 4;
  for (int round = 0; round < kRounds; ++round) {
    const auto path = directory.path() / std::to_string(round) / "store.sqlite";
    Pipe start;  // all wait for its end, so that they open the store together
    std::vector<pid_t> children;
    for (int process = 0; process < kProcesses; ++process) {
      children.push_back(in_child([&] {
        start.close_end(1);
        char byte = 0;
        [[maybe_unused]] const ssize_t end = read(start.ends[0], &byte, 1);
        open_sqlite_to_write(path)->add(sample_record("R" + std::to_string(process)));
      }));
    }
    start.close_end(1);
    for (const pid_t child : children) ASSERT_EQ(exit_code_of(child), 0) << "round " << round;
    std::vector<std::string> ids;
    for (const Record& record : open_sqlite_to_write(path)->records()) ids.push_back(record.id);
    ASSERT_THAT(ids, UnorderedElementsAre("R0", "R1", "R2", "R3"));
  }
}

constexpr std::uintmax_t kPage = 4096;

/// A record of about 60 pages.
Record large_record(int number) {
  Record record = sample_record(make_record_id(number));
  record.context["number"] = std::to_string(number);
  record.context["ballast"] = std::string(60 * kPage, 'b');
  return record;
}

/// Adds records, and reports each through the pipe once it is kept. Never returns.
void add_for_ever(const std::filesystem::path& file, int report) {
  for (int number = 0;; ++number) {
    // Opening is a part of each round: the making of the store is killed, too.
    open_sqlite_to_write(file)->add(large_record(number));
    if (write(report, &number, sizeof number) != sizeof number) _exit(2);
  }
}

/// When to kill: after so many reports, as soon as so much of the next record is in the log.
struct Moment {
  int reports;
  std::uintmax_t logged_bytes;
};

class KilledStoreTest : public ::testing::TestWithParam<Moment> {
 protected:
  std::filesystem::path file() const { return directory_.path() / "store.sqlite"; }

  /// Counts reports, up to `most`; fewer if the child is gone.
  static int read_reports(int pipe, int most) {
    int count = 0;
    int number = 0;
    while (count < most && read(pipe, &number, sizeof number) > 0) ++count;
    return count;
  }

  void wait_for_log(std::uintmax_t bytes) const {
    const std::filesystem::path log = file().string() + "-wal";
    std::uintmax_t size = 0;
    while (size < bytes) {
      std::error_code error;
      size = std::filesystem::file_size(log, error);
      if (error) size = 0;  // not there yet, or no more
    }
  }

 private:
  TempDirectory directory_;
};

TEST_P(KilledStoreTest, HoldsEveryReportedRecordWhole) {
  Pipe reports;
  const pid_t child = in_child([&] { add_for_ever(file(), reports.ends[1]); });
  reports.close_end(1);
  int reported = read_reports(reports.ends[0], GetParam().reports);
  wait_for_log(GetParam().logged_bytes);
  ASSERT_EQ(kill(child, SIGKILL), 0);
  reported += read_reports(reports.ends[0], std::numeric_limits<int>::max());
  ASSERT_EQ(exit_code_of(child), 128 + SIGKILL);
  ASSERT_GE(reported, GetParam().reports);

  const std::vector<Record> records = open_sqlite_to_write(file())->records();
  SQLite::Database database(file());
  EXPECT_EQ(database.execAndGet("PRAGMA integrity_check").getString(), "ok");
  // The last one may have been kept without a report.
  const int kept = static_cast<int>(records.size());
  ASSERT_TRUE(kept == reported || kept == reported + 1) << kept << " of " << reported;
  for (int i = 0; i < kept; ++i) {
    const Record& record = records[static_cast<std::size_t>(i)];
    Record expected = large_record(i);
    expected.id = record.id;  // its random part
    ASSERT_TRUE(text_of(record) == text_of(expected)) << i;
  }
  open_sqlite_to_write(file())->add(sample_record("ZZ"));  // and it goes on
}

INSTANTIATE_TEST_SUITE_P(Moments, KilledStoreTest,
                         ::testing::Values(Moment{0, 0}, Moment{0, 0}, Moment{0, 1},
                                           Moment{0, 2 * kPage}, Moment{0, 30 * kPage},
                                           Moment{0, 60 * kPage}, Moment{1, 0}, Moment{1, 1},
                                           Moment{1, 30 * kPage}, Moment{1, 60 * kPage},
                                           Moment{2, 0}, Moment{2, 1}, Moment{2, 30 * kPage},
                                           Moment{5, 1}, Moment{5, 30 * kPage},
                                           Moment{9, 30 * kPage}));

}  // namespace
}  // namespace isojoule
