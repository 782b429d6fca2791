#include "isojoule/core/files.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_files.hpp"
#include "support/temp_directory.hpp"

namespace isojoule {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Kind = FileStatus::Kind;

const std::error_code kNone;
const auto kNoSpace = std::make_error_code(std::errc::no_space_on_device);

/// Whatever umask the tests are started with.
class WithUmask {
 public:
  explicit WithUmask(mode_t mask) : before_(umask(mask)) {}
  WithUmask(const WithUmask&) = delete;
  WithUmask& operator=(const WithUmask&) = delete;
  ~WithUmask() { umask(before_); }

 private:
  mode_t before_;
};

class FilesTest : public testing::Test {
 protected:
  std::string text_of(const std::filesystem::path& path) {
    std::error_code failure;
    std::string text = read_file(real_files(), path, failure);
    return failure ? "error: " + failure.message() : text;
  }
  mode_t mode_of(const std::filesystem::path& path) {
    std::error_code failure;
    return real_files().status(path, failure).mode;
  }
  std::vector<std::filesystem::path> names() {
    std::error_code failure;
    return real_files().list(directory.path(), failure);
  }

  TempDirectory directory;
  std::filesystem::path file = directory.path() / "file";
  FakeFiles fake;
  std::error_code error;
};

TEST_F(FilesTest, WritesBehindWhatItMadeAndReadsItBack) {
  const auto output = real_files().open_to_write(file, Opening::make_new, 0600, error);
  ASSERT_TRUE(output) << error.message();
  EXPECT_EQ(output->write("a"), kNone);
  EXPECT_EQ(output->write(std::string_view("\0b\n", 3)), kNone);
  EXPECT_EQ(output->sync(), kNone);
  EXPECT_EQ(output->close(), kNone);
  EXPECT_EQ(text_of(file), std::string("a\0b\n", 4));
  EXPECT_EQ(mode_of(file), mode_t{0600});
}

TEST_F(FilesTest, OpeningSaysWhatThereMustBe) {
  write_file(file, "four");
  EXPECT_EQ(real_files().open_to_write(file, Opening::make_new, 0600, error), nullptr);
  EXPECT_EQ(error, std::errc::file_exists);
  ASSERT_TRUE(real_files().open_to_write(file, Opening::existing, 0, error));
  EXPECT_EQ(error, kNone) << "an error before does not stay";
  EXPECT_EQ(text_of(file), "four");
  ASSERT_TRUE(real_files().open_to_write(file, Opening::replace, 0600, error));
  EXPECT_EQ(text_of(file), "");
  EXPECT_EQ(real_files().open_to_write(directory.path() / "absent", Opening::existing, 0600, error),
            nullptr);
  EXPECT_EQ(error, std::errc::no_such_file_or_directory);
}

TEST_F(FilesTest, ANewFileIsNotMadeThroughALink) {
  std::filesystem::create_symlink(directory.path() / "elsewhere", file);
  EXPECT_EQ(real_files().open_to_write(file, Opening::make_new, 0600, error), nullptr);
  EXPECT_EQ(error, std::errc::file_exists);
}

TEST_F(FilesTest, AFullDiskIsAnErrorOfTheWrite) {
  const auto output = real_files().open_to_write("/dev/full", Opening::existing, 0, error);
  ASSERT_TRUE(output);
  EXPECT_EQ(output->write("a"), std::errc::no_space_on_device);
  EXPECT_EQ(output->sync(), kNone) << "a device cannot be synced, which is no error";
}

TEST_F(FilesTest, WhatIsBorrowedStaysOpen) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const auto output = borrowed_output(ends[1]);
  EXPECT_EQ(output->close(), kNone);
  EXPECT_EQ(output->write("ab"), kNone);
  char got[2] = {};
  EXPECT_EQ(read(ends[0], got, 2), 2);
  EXPECT_EQ(std::string(got, 2), "ab");
  close(ends[0]);
  close(ends[1]);
}

TEST_F(FilesTest, ShortAndInterruptedWritesGoOn) {
  fake.most_bytes_a_write = 3;
  int writes = 0;
  fake.fails = [&writes](const FakeFiles::Call& call) {
    const bool interrupts = call.what == "write" && writes++ % 2 == 0;
    return interrupts ? std::make_error_code(std::errc::interrupted) : kNone;
  };
  const auto output = fake.open_to_write(file, Opening::make_new, 0600, error);
  EXPECT_EQ(output->write("0123456789"), kNone);
  EXPECT_EQ(text_of(file), "0123456789");
  EXPECT_EQ(fake.count("write"), 8u);  // 3, 3, 3 and 1 bytes, each interrupted once
}

TEST_F(FilesTest, AWriteThatTakesNothingEnds) {
  fake.most_bytes_a_write = 0;
  const auto output = fake.open_to_write(file, Opening::make_new, 0600, error);
  EXPECT_EQ(output->write("a"), std::errc::io_error);
}

TEST_F(FilesTest, ReadsTheWholeOrTheBeginning) {
  const std::string large(300'000, 'x');  // more than one read
  write_file(file, large + "end");
  EXPECT_EQ(text_of(file), large + "end");
  EXPECT_EQ(read_file(real_files(), file, error, 5), "xxxxx");
  EXPECT_EQ(error, kNone);
  EXPECT_EQ(read_file(real_files(), directory.path() / "absent", error), "");
  EXPECT_EQ(error, std::errc::no_such_file_or_directory);
  EXPECT_EQ(read_file(real_files(), directory.path(), error), "");
  EXPECT_EQ(error, std::errc::is_a_directory);
  EXPECT_EQ(reason_of(error), "it is a directory");
}

TEST_F(FilesTest, AReadIsInterruptedOrFails) {
  write_file(file, "text");
  auto answer = std::make_error_code(std::errc::interrupted);
  fake.fails = [&answer](const FakeFiles::Call& call) {
    return call.what == "read" ? std::exchange(answer, kNone) : kNone;
  };
  EXPECT_EQ(read_file(fake, file, error), "text");
  EXPECT_EQ(error, kNone);
  answer = std::make_error_code(std::errc::io_error);
  EXPECT_EQ(read_file(fake, file, error), "");
  EXPECT_EQ(error, std::errc::io_error);
}

TEST_F(FilesTest, StatusTellsKindsApart) {
  write_file(file, "four");
  const FileStatus regular = real_files().status(file, error);
  EXPECT_EQ(regular.kind, Kind::regular);
  EXPECT_EQ(regular.bytes, 4u);
  EXPECT_EQ(real_files().status(directory.path(), error).kind, Kind::directory);
  EXPECT_EQ(real_files().status("/dev/null", error).kind, Kind::other);
  EXPECT_EQ(real_files().status(directory.path() / "absent", error).kind, Kind::absent);
  EXPECT_EQ(error, kNone);
  EXPECT_EQ(real_files().status(file / "below a file", error).kind, Kind::absent);
  EXPECT_EQ(error, kNone);
  EXPECT_EQ(real_files().status(std::string(5000, 'x'), error).kind, Kind::absent);
  EXPECT_EQ(error, std::errc::filename_too_long);
}

TEST_F(FilesTest, WhatIsPrivateIsTheOwnersWhateverTheUmask) {
  for (const mode_t mask : {0000u, 0022u, 0077u, 0777u}) {
    const mode_t before = umask(mask);
    const auto made = directory.path() / std::to_string(mask) / "b";
    EXPECT_EQ(make_private_directories(real_files(), made), kNone);
    umask(before);
    EXPECT_EQ(mode_of(made), mode_t{0700});
    EXPECT_EQ(mode_of(made.parent_path()), mode_t{0700});
    EXPECT_EQ(private_file_mode(real_files(), made), mode_t{0600});
  }
}

TEST_F(FilesTest, WhatAGroupSharesItGoesOnSharing) {
  const auto modes_within = [this](mode_t mode) {
    EXPECT_EQ(real_files().set_mode(directory.path(), mode), kNone);
    const auto made = directory.path() / std::to_string(mode);
    EXPECT_EQ(make_private_directories(real_files(), made), kNone);
    return std::pair{mode_of(made), private_file_mode(real_files(), directory.path())};
  };
  EXPECT_EQ(modes_within(0770), (std::pair{mode_t{0770}, mode_t{0660}}));
  EXPECT_EQ(modes_within(0755), (std::pair{mode_t{0700}, mode_t{0600}}));
  EXPECT_EQ(modes_within(01777), (std::pair{mode_t{0700}, mode_t{0600}})) << "as /tmp";
}

TEST_F(FilesTest, MakesListsRenamesAndRemoves) {
  const auto deep = directory.path() / "a" / "b";
  EXPECT_EQ(make_private_directories(real_files(), deep), kNone);
  EXPECT_EQ(make_private_directories(real_files(), deep / ""), kNone);  // is there already
  EXPECT_EQ(mode_of(deep), mode_t{0700});
  write_file(deep / "2", "");
  write_file(deep / "1", "");
  EXPECT_THAT(real_files().list(deep, error), ElementsAre(deep / "1", deep / "2"));
  EXPECT_EQ(real_files().remove(deep), std::errc::directory_not_empty);
  EXPECT_EQ(real_files().rename(deep / "1", deep / "2"), kNone);
  EXPECT_EQ(real_files().remove(deep / "2"), kNone);
  EXPECT_EQ(real_files().remove(deep / "2"), std::errc::no_such_file_or_directory);
  EXPECT_EQ(real_files().sync_directory(deep), kNone);
  EXPECT_EQ(real_files().remove(deep), kNone);
  EXPECT_THAT(real_files().list(deep, error), IsEmpty());
  EXPECT_EQ(error, std::errc::no_such_file_or_directory);
  write_file(file, "");
  EXPECT_EQ(make_private_directories(real_files(), file / "below"), std::errc::not_a_directory);
}

TEST_F(FilesTest, TemporaryDirectoriesAreTheOwnersAndNeverTheSame) {
  const auto one = real_files().make_temporary_directory(directory.path() / "t-", error);
  const auto two = real_files().make_temporary_directory(directory.path() / "t-", error);
  EXPECT_NE(one, two);
  EXPECT_EQ(mode_of(one), mode_t{0700});
  EXPECT_EQ(real_files().make_temporary_directory(directory.path() / "absent/t-", error), "");
  EXPECT_EQ(error, std::errc::no_such_file_or_directory);
}

TEST_F(FilesTest, ALockIsHeldByOneUntilItGoes) {
  {
    const auto lock = real_files().lock(file, 0600, error);
    ASSERT_TRUE(lock) << error.message();
    EXPECT_EQ(real_files().lock(file, 0600, error), nullptr);
    EXPECT_EQ(error, std::errc::operation_would_block);
  }
  EXPECT_TRUE(real_files().lock(file, 0600, error));
  EXPECT_EQ(mode_of(file), mode_t{0600});
}

TEST_F(FilesTest, APrivateFileIsTheOwnersWhateverTheUmask) {
  for (const mode_t mask : {mode_t{0}, mode_t{0277}}) {
    const WithUmask umask(mask);
    const std::filesystem::path made = directory.path() / std::to_string(mask);
    ASSERT_TRUE(real_files().open_private(made, error)) << error.message();
    EXPECT_EQ(mode_of(made), mode_t{0600});
    EXPECT_TRUE(real_files().open_private(made, error)) << error.message();
  }
}

TEST_F(FilesTest, APrivateFileIsLockedByOneAndWrittenByAll) {
  const auto first = real_files().open_private(file, error);
  EXPECT_EQ(first->lock(), kNone);
  EXPECT_EQ(first->append("first\n"), kNone);
  const auto second = real_files().open_private(file, error);
  EXPECT_EQ(second->lock(), std::errc::operation_would_block);
  EXPECT_EQ(second->append("second\n"), kNone);
  EXPECT_EQ(first->read(error), "first\nsecond\n");
  EXPECT_FALSE(error);
}

TEST_F(FilesTest, APrivateFileKnowsThatItsNameIsAnothers) {
  const auto first = real_files().open_private(file, error);
  EXPECT_TRUE(first->is_named(file));
  real_files().remove(file);
  EXPECT_FALSE(first->is_named(file));
  const auto second = real_files().open_private(file, error);
  EXPECT_FALSE(first->is_named(file));
  EXPECT_TRUE(second->is_named(file));
  EXPECT_EQ(first->lock(), kNone);
  EXPECT_EQ(second->lock(), kNone);
}

TEST_F(FilesTest, APrivateFileFollowsNoLink) {
  const std::filesystem::path link = directory.path() / "link";
  for (const bool leads_somewhere : {false, true}) {
    if (leads_somewhere) replace_file(real_files(), file, "precious");
    std::filesystem::create_symlink(file, link);
    EXPECT_EQ(real_files().open_private(link, error), nullptr);
    EXPECT_EQ(error, std::errc::too_many_symbolic_link_levels);
    EXPECT_EQ(std::filesystem::exists(file), leads_somewhere);
    std::filesystem::remove(link);
  }
  EXPECT_EQ(text_of(file), "precious");
}

TEST_F(FilesTest, AFileThatOthersMayOpenIsNotPrivate) {
  replace_file(real_files(), file, "");
  for (const mode_t mode : {mode_t{0644}, mode_t{0620}, mode_t{0602}, mode_t{0700}}) {
    real_files().set_mode(file, mode);
    EXPECT_EQ(real_files().open_private(file, error), nullptr) << mode;
    EXPECT_EQ(error, std::errc::operation_not_permitted);
  }
}

TEST_F(FilesTest, WhatHasAnotherNameOrIsNoFileIsNotPrivate) {
  ASSERT_TRUE(real_files().open_private(file, error));
  std::filesystem::create_hard_link(file, directory.path() / "other");
  EXPECT_EQ(real_files().open_private(file, error), nullptr);
  EXPECT_EQ(error, std::errc::operation_not_permitted);
  const std::filesystem::path pipe = directory.path() / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(real_files().open_private(pipe, error), nullptr);
  EXPECT_EQ(error, std::errc::operation_not_permitted);
  EXPECT_EQ(real_files().open_private(directory.path(), error), nullptr);
  EXPECT_TRUE(error);
}

TEST_F(FilesTest, AnothersFileIsNotPrivate) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  ASSERT_TRUE(real_files().open_private(file, error));
  ASSERT_EQ(chown(file.c_str(), 65534, 65534), 0);
  EXPECT_EQ(real_files().open_private(file, error), nullptr);
  EXPECT_EQ(error, std::errc::operation_not_permitted);
}

TEST_F(FilesTest, ReplacesAFileAndKeepsItsPermissions) {
  const WithUmask mask(027);
  EXPECT_EQ(replace_file(real_files(), file, "new"), kNone);
  EXPECT_EQ(mode_of(file), mode_t{0640});
  std::filesystem::permissions(file, std::filesystem::perms{0664});
  EXPECT_EQ(replace_file(real_files(), file, "newer"), kNone);
  EXPECT_EQ(text_of(file), "newer");
  EXPECT_EQ(mode_of(file), mode_t{0664});
  EXPECT_THAT(names(), ElementsAre(file));
}

TEST_F(FilesTest, AReplacementThatIsNotCommittedLeavesNothing) {
  write_file(file, "old");
  {
    FileReplacement replacement(real_files(), file, error);
    ASSERT_FALSE(error);
    EXPECT_EQ(replacement.write("half"), kNone);
    EXPECT_EQ(text_of(file), "old");
  }
  EXPECT_THAT(names(), ElementsAre(file));
  EXPECT_EQ(text_of(file), "old");
}

TEST_F(FilesTest, AReplacementIsWrittenInPieces) {
  FileReplacement replacement(real_files(), file, error);
  EXPECT_EQ(replacement.write("one "), kNone);
  EXPECT_EQ(replacement.write("two"), kNone);
  EXPECT_EQ(replacement.commit(), kNone);
  EXPECT_EQ(text_of(file), "one two");
}

TEST_F(FilesTest, ALinkIsReplacedAndWhatItLedToStays) {
  const auto other = directory.path() / "other";
  write_file(other, "precious");
  std::filesystem::create_symlink(other, file);
  EXPECT_EQ(replace_file(real_files(), file, "new"), kNone);
  EXPECT_EQ(text_of(file), "new");
  EXPECT_EQ(text_of(other), "precious");
}

TEST_F(FilesTest, DevicesAreWrittenToAndDirectoriesRefused) {
  EXPECT_EQ(replace_file(real_files(), "/dev/null", "new"), kNone);
  EXPECT_EQ(real_files().status("/dev/null", error).kind, Kind::other);
  EXPECT_EQ(replace_file(real_files(), "/dev/full", "new"), std::errc::no_space_on_device);
  EXPECT_EQ(replace_file(real_files(), directory.path(), "new"), std::errc::is_a_directory);
}

TEST_F(FilesTest, APartThatAKilledProcessLeftIsNotInTheWay) {
  write_file(file, "old");
  const auto left = file.string() + "." + std::to_string(getpid()) + "-1.part";
  write_file(left, "half");
  EXPECT_EQ(replace_file(real_files(), file, "new"), kNone);
  EXPECT_EQ(text_of(file), "new");
  EXPECT_EQ(text_of(left), "half");
}

TEST_F(FilesTest, TheNewBytesAreOnTheDiskBeforeTheNameLeadsToThem) {
  EXPECT_EQ(replace_file(fake, file, "new"), kNone);
  std::vector<std::string> order;
  for (const FakeFiles::Call& call : fake.calls()) order.push_back(call.what);
  EXPECT_THAT(order, ElementsAre("status", "open_to_write", "write", "sync", "close", "rename",
                                 "sync_directory"));
}

TEST_F(FilesTest, WhicheverStepFailsTheFileIsTheOldOneOrTheNewOneAndNothingIsLeft) {
  for (const std::string step : {"status", "open_to_write", "set_mode", "write", "sync", "close",
                                 "rename", "sync_directory"}) {
    write_file(file, "old");
    fake.fails = [&step](const FakeFiles::Call& call) {
      return call.what == step ? kNoSpace : kNone;
    };
    EXPECT_EQ(replace_file(fake, file, "new"), kNoSpace) << step;
    EXPECT_EQ(text_of(file), step == "sync_directory" ? "new" : "old") << step;
    EXPECT_THAT(names(), ElementsAre(file)) << step;
  }
}

}  // namespace
}  // namespace isojoule
