#include "isojoule/core/text.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace isojoule {
namespace {

using namespace std::literals;

TEST(TakeCodePoint, ReadsEachLength) {
  // The ends of the ranges of RFC 3629, section 3.
  const std::pair<std::string_view, char32_t> cases[] = {{"\0"sv, 0x0},
                                                         {"\x7F", 0x7F},
                                                         {"\xC2\x80", 0x80},
                                                         {"\xDF\xBF", 0x7FF},
                                                         {"\xE0\xA0\x80", 0x800},
                                                         {"\xED\x9F\xBF", 0xD7FF},
                                                         {"\xEE\x80\x80", 0xE000},
                                                         {"\xEF\xBF\xBF", 0xFFFF},
                                                         {"\xF0\x90\x80\x80", 0x10000},
                                                         {"\xF4\x8F\xBF\xBF", 0x10FFFF}};
  for (const auto& [bytes, expected] : cases) {
    const std::string followed = std::string(bytes) + "x";
    std::string_view text = followed;
    EXPECT_EQ(take_code_point(text), expected);
    EXPECT_EQ(text, "x");
  }
}

TEST(TakeCodePoint, TakesOneByteWhereNoneBegins) {
  for (const std::string_view bytes :
       {"\x80"sv, "\xBF"sv, "\xFE"sv, "\xFF"sv,                              // never a first byte
        "\xC3"sv, "\xC3("sv, "\xE2\x82"sv,                                   // cut short
        "\xC0\x80"sv, "\xC1\xBF"sv, "\xE0\x9F\xBF"sv, "\xF0\x8F\xBF\xBF"sv,  // overlong
        "\xED\xA0\x80"sv, "\xED\xBF\xBF"sv,                                  // surrogates
        "\xF4\x90\x80\x80"sv, "\xF8\x88\x80\x80\x80"sv}) {                   // beyond U+10FFFF
    std::string_view text = bytes;
    EXPECT_EQ(take_code_point(text), std::nullopt);
    EXPECT_EQ(text.size(), bytes.size() - 1);
    EXPECT_FALSE(is_utf8(bytes));
  }
}

TEST(ValidUtf8, ReplacesEachBadByteAndNothingElse) {
  EXPECT_EQ(valid_utf8(""), "");
  EXPECT_EQ(valid_utf8("Grüße ✓ 🚀"), "Grüße ✓ 🚀");
  EXPECT_EQ(valid_utf8("a\xFF\xC3z"), "a\uFFFD\uFFFDz");
  EXPECT_TRUE(is_utf8(valid_utf8("\xE2\x82\xF0\x9F")));
  EXPECT_EQ(valid_utf8("\0"sv), "\0"sv);
}

TEST(ShellWord, IsQuotedWhereAShellWouldReadMore) {
  EXPECT_EQ(shell_word("run_1.py"), "run_1.py");
  EXPECT_EQ(shell_word("--steps=20"), "--steps=20");
  EXPECT_EQ(shell_word(""), "''");
  EXPECT_EQ(shell_word("a b"), "'a b'");
  EXPECT_EQ(shell_word("$(rm x); `y`"), "'$(rm x); `y`'");
  EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_word("two\nlines"), "'two\nlines'");
}

TEST(IsPlainName, AllowsLettersDigitsAndThreeSigns) {
  EXPECT_TRUE(is_plain_name("aZ09_.-"));
  for (const std::string_view bad : {""sv, "a b"sv, "a/b"sv, "ä"sv, "a\0"sv, "a\n"sv})
    EXPECT_FALSE(is_plain_name(bad)) << bad;
}

}  // namespace
}  // namespace isojoule
