#include "isojoule/core/mapped_file.hpp"

#include <sys/stat.h>

#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"

#include "support/temp_directory.hpp"

namespace isojoule {
namespace {

TEST(MappedFile, HoldsTheBytes) {
  const TempDirectory folder;
  const std::filesystem::path file = folder.path() / "file";
  write_file(file, std::string("a\0b", 3));
  EXPECT_EQ(MappedFile(file).bytes(), std::string_view("a\0b", 3));
  write_file(file, "");
  EXPECT_EQ(MappedFile(file).bytes(), "");
}

/// Opening a pipe that nobody writes to would wait for ever.
TEST(MappedFile, RefusesWhatIsNoFile) {
  const TempDirectory folder;
  const std::filesystem::path pipe = folder.path() / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  for (const std::filesystem::path& file :
       {folder.path() / "missing", folder.path(), pipe, std::filesystem::path("/dev/zero")}) {
    try {
      const MappedFile mapped(file);
      ADD_FAILURE() << file;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::io);
      EXPECT_EQ(std::string(error.what()).find(file.string() + ": cannot be read: "), 0U)
          << error.what();
    }
  }
}

}  // namespace
}  // namespace isojoule
