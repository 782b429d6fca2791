#include "isojoule/core/mark.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

using namespace std::literals;
using Edge = Mark::Edge;

constexpr Instant kReceived = Instant::from_microseconds(77);

Mark mark(Edge edge, std::string name, std::int64_t microseconds,
          std::map<std::string, std::string> attributes = {}) {
  return {edge, std::move(name), Instant::from_microseconds(microseconds), std::move(attributes)};
}

TEST(FormatMark, WritesTheGrammar) {
  EXPECT_EQ(format_mark(mark(Edge::begin, "steps", 12)), "begin steps t=12000");
  EXPECT_EQ(format_mark(mark(Edge::end, "steps", 12, {{"steps", "10"}, {"batch", "8"}})),
            "end steps t=12000 batch=8 steps=10");
}

TEST(FormatMark, IsReadBackExactly) {
  const Mark full =
      mark(Edge::end, "a.B_c-9", 123456789, {{"k", "v"}, {"empty", ""}, {"eq", "a=b"}});
  EXPECT_EQ(parse_mark(format_mark(full), kReceived), full);
}

TEST(FormatMark, RefusesWhatCannotBeSent) {
  const auto refused = [](const Mark& bad) {
    try {
      format_mark(bad);
    } catch (const Error& error) {
      return error.code() == ErrorCode::bad_input;
    }
    return false;
  };
  EXPECT_TRUE(refused(mark(Edge::begin, "", 1)));
  EXPECT_TRUE(refused(mark(Edge::begin, "two words", 1)));
  EXPECT_TRUE(refused(mark(Edge::begin, "ü", 1)));
  EXPECT_TRUE(refused(mark(Edge::begin, std::string(65, 'a'), 1)));
  EXPECT_TRUE(refused(mark(Edge::end, "a", 1, {{"k", "a b"}})));
  EXPECT_TRUE(refused(mark(Edge::end, "a", 1, {{"k", "a\nb"}})));
  EXPECT_TRUE(refused(mark(Edge::end, "a", 1, {{"k", "a\tb"}})));
  EXPECT_TRUE(refused(mark(Edge::end, "a", 1, {{"", "v"}})));
  EXPECT_TRUE(refused(mark(Edge::end, "a", 1, {{"k=", "v"}})));
  EXPECT_TRUE(refused(mark(Edge::end, "a", 1, {{"t", "5"}})));  // t is the time
  EXPECT_TRUE(refused(mark(Edge::end, "a", 1, {{"k", std::string(kMaxMarkBytes, 'v')}})));
  EXPECT_FALSE(refused(mark(Edge::begin, std::string(64, 'a'), 1)));
}

TEST(ParseMark, TakesTheTimeOfReceiptWhereNoneIsGiven) {
  EXPECT_EQ(parse_mark("begin steps", kReceived), mark(Edge::begin, "steps", 77));
}

TEST(ParseMark, IsEasyOnSpacesAndAFinalNewline) {
  // What `echo "end steps  steps=10" | socat ...` sends.
  EXPECT_EQ(parse_mark("  end steps  steps=10 t=3999\n", kReceived),
            mark(Edge::end, "steps", 3, {{"steps", "10"}}));
}

TEST(ParseMark, TheLastOfEqualKeysCounts) {
  EXPECT_EQ(parse_mark("end a k=1 k=2", kReceived), mark(Edge::end, "a", 77, {{"k", "2"}}));
}

TEST(ParseMark, IgnoresAnythingElse) {
  const std::string too_long = "end a k=" + std::string(kMaxMarkBytes, 'v');
  for (const std::string_view bad :
       {""sv, " "sv, "begin"sv, "BEGIN steps"sv, "start steps"sv, "begin two/words"sv,
        "end steps steps"sv, "end steps =5"sv, "end steps t="sv, "end steps t=abc"sv,
        "end steps t=12x"sv, "end steps t=-5"sv, "end steps t=99999999999999999999"sv,
        "end steps k=a\tb"sv, "end steps k=a\0b"sv, "\0begin steps"sv, "begin steps\0"sv,
        std::string_view(too_long)}) {
    EXPECT_EQ(parse_mark(bad, kReceived), std::nullopt) << bad.substr(0, 40);
  }
}

TEST(ParseMark, TakesADatagramOfTheLargestSize) {
  const std::string head = "end a k=";
  const std::string value(kMaxMarkBytes - head.size(), 'v');
  EXPECT_EQ(parse_mark(head + value, kReceived), mark(Edge::end, "a", 77, {{"k", value}}));
}

TEST(MarkText, NamesTheWindowsOfLostMarks) {
  Mark mark{Mark::Edge::begin, "a", Instant::from_microseconds(5), {}, {"a", "block"}};
  EXPECT_EQ(format_mark(mark), "begin a t=5000 unsent=a,block");
  EXPECT_EQ(parse_mark(format_mark(mark), Instant{}), mark);
  mark.unsent = {"*"};
  EXPECT_EQ(parse_mark(format_mark(mark), Instant{}), mark);
  for (const char* bad : {"unsent=", "unsent=a,", "unsent=,a", "unsent=a,,b", "unsent=a/b"})
    EXPECT_FALSE(parse_mark(std::string("begin a ") + bad, Instant{})) << bad;
  mark.attributes = {{"unsent", "a"}};
  EXPECT_THROW(format_mark(mark), Error) << "a key of the format's own";
}

}  // namespace
}  // namespace isojoule
