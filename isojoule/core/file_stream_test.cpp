#include "isojoule/core/file_stream.hpp"

#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "support/fake_files.hpp"
#include "support/temp_directory.hpp"

namespace isojoule {
namespace {

class FileStream : public testing::Test {
 protected:
  TempDirectory directory;
  std::filesystem::path file = directory.path() / "file";
};

TEST_F(FileStream, ReadsLinesAndBytesToTheEnd) {
  const std::string large(200'000, '\xff');  // several buffers, of bytes that look like an end
  write_file(file, "a line\n" + large);
  InputStream in(real_files(), file);
  std::string line;
  ASSERT_TRUE(std::getline(in, line));
  EXPECT_EQ(line, "a line");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), large);
  EXPECT_FALSE(in.bad());
  EXPECT_FALSE(in.error());
}

TEST_F(FileStream, WhatCannotBeOpenedHasFailedAndSaysWhy) {
  InputStream in(real_files(), directory.path() / "absent");
  EXPECT_FALSE(in);
  EXPECT_EQ(in.error(), std::errc::no_such_file_or_directory);
}

TEST_F(FileStream, AReadThatFailsIsNotTheEndOfTheFile) {
  write_file(file, std::string(100'000, 'x'));
  FakeFiles fake;
  int reads = 0;
  fake.fails = [&reads](const FakeFiles::Call& call) {
    return call.what == "read" && ++reads > 1 ? std::make_error_code(std::errc::io_error)
                                              : std::error_code();
  };
  InputStream in(fake, file);
  std::string line;
  std::getline(in, line);
  EXPECT_TRUE(in.bad());
  EXPECT_EQ(line.size(), 65'536u);
  EXPECT_EQ(in.error(), std::errc::io_error);
}

TEST_F(FileStream, ADirectoryIsNoEmptyFile) {
  InputStream in(real_files(), directory.path());
  EXPECT_EQ(in.get(), std::istream::traits_type::eof());
  EXPECT_TRUE(in.bad());
  EXPECT_EQ(in.error(), std::errc::is_a_directory);
}

}  // namespace
}  // namespace isojoule
