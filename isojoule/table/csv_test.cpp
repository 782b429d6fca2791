#include "isojoule/table/csv.hpp"

#include <sstream>
#include <streambuf>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"
#include "isojoule/table/csv_header.hpp"

#include "support/sample_table.hpp"

namespace isojoule {
namespace {

using detail::error_of;
using detail::repeated;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Rows = std::vector<std::vector<std::string>>;

Rows rows_of(std::istream& in) {
  CsvReader reader(in, "t.csv");
  Rows rows;
  while (reader.next()) rows.emplace_back(reader.fields().begin(), reader.fields().end());
  return rows;
}

Rows rows_of(const std::string& text) {
  std::istringstream in(text);
  return rows_of(in);
}

std::string bad_input(const std::string& text) {
  const Error error = error_of([&] { rows_of(text); });
  EXPECT_EQ(error.code(), ErrorCode::bad_input) << error.what();
  return error.what();
}

/// Gives one character at a time, so that every place of a row is the edge of a block.
class Trickle : public std::streambuf {
 public:
  explicit Trickle(std::string text) : text_(std::move(text)) {}

 protected:
  int_type underflow() override {
    if (position_ == text_.size()) return traits_type::eof();
    setg(&text_[position_], &text_[position_], &text_[position_] + 1);
    ++position_;
    return traits_type::to_int_type(*gptr());
  }

 private:
  std::string text_;
  std::size_t position_ = 0;
};

/// One character again and again, without end of the memory that a text would need.
class Endless : public std::streambuf {
 public:
  Endless(std::string begin, char c) : begin_(std::move(begin)), block_(1 << 20, c) {
    setg(begin_.data(), begin_.data(), begin_.data() + begin_.size());
  }

 protected:
  int_type underflow() override {
    setg(block_.data(), block_.data(), block_.data() + block_.size());
    return traits_type::to_int_type(*gptr());
  }

 private:
  std::string begin_;
  std::string block_;
};

class Broken : public std::streambuf {
 protected:
  int_type underflow() override { throw std::runtime_error("made to fail"); }
};

TEST(Csv, ReadsFieldsAsTheyAre) {
  EXPECT_EQ(rows_of("a,b,c\n 1 ,,x y\n"), (Rows{{"a", "b", "c"}, {" 1 ", "", "x y"}}));
}

TEST(Csv, TheLastLineNeedsNoEnd) {
  EXPECT_EQ(rows_of("a,b\n1,2"), (Rows{{"a", "b"}, {"1", "2"}}));
  EXPECT_EQ(rows_of("a,b\n1,"), (Rows{{"a", "b"}, {"1", ""}}));
  EXPECT_EQ(rows_of("a\n\"\""), (Rows{{"a"}, {""}}));
}

TEST(Csv, LinesEndWithLfCrLfOrCr) {
  EXPECT_EQ(rows_of("a,b\r\n1,2\n3,4\r5,6\r\n"),
            (Rows{{"a", "b"}, {"1", "2"}, {"3", "4"}, {"5", "6"}}));
}

TEST(Csv, QuotesHoldCommasLineBreaksAndQuotes) {
  EXPECT_EQ(rows_of("\"a,b\",\"c\r\nd\",\"say \"\"hi\"\"\",\"\"\"\"\n\"\",e\n"),
            (Rows{{"a,b", "c\r\nd", "say \"hi\"", "\""}, {"", "e"}}));
}

TEST(Csv, TheByteOrderMarkIsNoPartOfTheFirstField) {
  EXPECT_EQ(rows_of("\xEF\xBB\xBF"
                    "a,b\n"),
            (Rows{{"a", "b"}}));
  EXPECT_EQ(rows_of("\xEF\xBB\xBF"
                    "\"a\"\n"),
            (Rows{{"a"}}));
}

TEST(Csv, NothingAndEmptyLinesAreNoRows) {
  EXPECT_THAT(rows_of(""), IsEmpty());
  EXPECT_THAT(rows_of("\n\r\n\r"), IsEmpty());
  EXPECT_THAT(rows_of("\xEF\xBB\xBF"), IsEmpty());
  EXPECT_EQ(rows_of("\na\n\n\nb\n\n"), (Rows{{"a"}, {"b"}}));
}

TEST(Csv, BlocksMayEndAnywhere) {
  const std::string text =
      "\xEF\xBB\xBF"
      "a,\"b\"\"\r\nc\"\r\n\r\n\"\"\"\",\xC3\xA9\rx,\"\"";
  Trickle trickle(text);
  std::istream in(&trickle);
  EXPECT_EQ(rows_of(in), rows_of(text));
  EXPECT_EQ(rows_of(text), (Rows{{"a", "b\"\r\nc"}, {"\"", "\xC3\xA9"}, {"x", ""}}));
}

TEST(Csv, RowsMayBeLongerThanABlock) {
  const std::string field = repeated("0123456789", 200'000);  // 2 MB
  EXPECT_EQ(rows_of(field + ",\"" + field + "\"\nb,c\n"), (Rows{{field, field}, {"b", "c"}}));
}

TEST(Csv, PlacesCountLinesAndCharacters) {
  std::istringstream in("a,b\r\n\"x\r\ny\",\xC3\xA9\xC3\xA9,z\n\n\nq");
  CsvReader reader(in, "t.csv");
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.line(), 1U);
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.line(), 2U);
  EXPECT_EQ(reader.place(0).line, 2U);
  EXPECT_EQ(reader.place(0).character, 1U);
  EXPECT_EQ(reader.place(1).line, 3U);  // behind the quoted line break: y",
  EXPECT_EQ(reader.place(1).character, 4U);
  EXPECT_EQ(reader.place(2).character, 7U);  // two characters of two bytes, and a comma
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.line(), 6U);
  EXPECT_FALSE(reader.next());
  EXPECT_FALSE(reader.next());
}

TEST(Csv, FaultsOfQuotesNameTheirPlace) {
  EXPECT_THAT(bad_input("a,b\nx,y\"z\"\n"), HasSubstr("t.csv:2: character 4 (field 2): a quote"));
  EXPECT_THAT(bad_input("a,b\n\"x\" ,y\n"),
              HasSubstr("t.csv:2: character 4 (field 1): something stands between"));
  EXPECT_THAT(bad_input("a,b\n1,\"x\ny\n"),
              HasSubstr("t.csv:2: character 3 (field 2): the quote is never closed"));
}

TEST(Csv, Utf16IsNamed) {
  EXPECT_THAT(bad_input(std::string("\xFF\xFE"
                                    "a\0,\0",
                                    6)),
              HasSubstr("t.csv:1: character 1 (field 1): the file is UTF-16"));
  EXPECT_THAT(bad_input("\xFE\xFF"), HasSubstr("UTF-16"));
}

TEST(Csv, AMillionColumnsAreRefused) {
  EXPECT_THAT(bad_input(repeated("a,", 1'000'000)),
              HasSubstr("(field 16385): the row has more than 16384 fields"));
  EXPECT_EQ(rows_of(repeated(",", 16'383))[0].size(), 16'384U);
}

TEST(Csv, AFieldWithoutEndIsRefused) {
  for (const std::string begin : {"a,", "a,\""}) {
    Endless endless(begin, 'x');
    std::istream in(&endless);
    const Error error = error_of([&] { rows_of(in); });
    EXPECT_EQ(error.code(), ErrorCode::bad_input);
    EXPECT_THAT(error.what(), HasSubstr("the row is longer than 16 MiB; is a quote never closed?"));
  }
}

TEST(Csv, AStreamThatFailsIsNoEnd) {
  Broken broken;
  std::istream in(&broken);
  const Error error = error_of([&] { rows_of(in); });
  EXPECT_EQ(error.code(), ErrorCode::io);
  EXPECT_STREQ(error.what(), "t.csv: cannot be read");
}

TEST(CsvHeader, FindsColumnsByName) {
  std::istringstream in("\n energy ,workload,,\n");
  CsvReader reader(in, "t.csv");
  const CsvHeader header(reader);
  EXPECT_THAT(header.names(), ElementsAre("energy", "workload", "", ""));
  EXPECT_EQ(header.find("workload"), 1U);
  EXPECT_EQ(header.find("Workload"), std::nullopt);
  EXPECT_EQ(header.find(""), std::nullopt);
  const Error error = error_of([&] { header.require("energies"); });
  EXPECT_EQ(error.code(), ErrorCode::unknown_name);
  EXPECT_STREQ(error.what(), "t.csv:2: unknown column 'energies'; did you mean energy?");
}

TEST(CsvHeader, RefusesAnEmptyFileAndDoubleNames) {
  const auto message = [](const std::string& text) {
    std::istringstream in(text);
    CsvReader reader(in, "t.csv");
    const Error error = error_of([&] { CsvHeader header(reader); });
    EXPECT_EQ(error.code(), ErrorCode::bad_input);
    return std::string(error.what());
  };
  EXPECT_EQ(message(""), "t.csv: is empty; a header is expected");
  EXPECT_EQ(message("a,b, a\n"), "t.csv:1: column 'a' stands twice (fields 1 and 3)");
}

}  // namespace
}  // namespace isojoule
