#include "isojoule/core/error.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace isojoule {
namespace {

std::string message(std::string_view given, const std::vector<std::string>& known) {
  return unknown_name("workload", given, known).what();
}

TEST(Error, CarriesItsCodeAndMessage) {
  const Error error(ErrorCode::io, "store 'x' cannot be opened");
  EXPECT_EQ(error.code(), ErrorCode::io);
  EXPECT_STREQ(error.what(), "store 'x' cannot be opened");
}

TEST(UnknownName, HasItsCode) {
  EXPECT_EQ(unknown_name("scope", "x", {}).code(), ErrorCode::unknown_name);
}

TEST(UnknownName, ListsNamesThatBeginWithWhatWasGiven) {
  EXPECT_EQ(message("cnn-2x12", {"mlp-1x64", "cnn-2x128", "cnn-2x1280", "rnn-1x64"}),
            "unknown workload 'cnn-2x12'; did you mean cnn-2x128, cnn-2x1280?");
}

TEST(UnknownName, ListsNearNamesNearestFirst) {
  // Distances: insertion and substitution are 1 each; 8 characters allow 1 + 8/4 = 3.
  EXPECT_EQ(message("cnn-2x18", {"cnn-3x99", "cnn-2x128", "cnn-3x128", "mlp-1x64"}),
            "unknown workload 'cnn-2x18'; did you mean cnn-2x128, cnn-3x128, cnn-3x99?");
}

TEST(UnknownName, ListsAtMostFourNearNames) {
  EXPECT_EQ(message("a", {"a1", "a2", "a3", "a4", "a5"}),
            "unknown workload 'a'; did you mean a1, a2, a3, a4?");
}

TEST(UnknownName, ListsAllKnownNamesWhereNoneIsNearAndTheyAreFew) {
  EXPECT_EQ(message("resnet50", {"mlp", "cnn"}), "unknown workload 'resnet50'; known: mlp, cnn");
  EXPECT_EQ(message("", {"mlp", "cnn"}), "unknown workload ''; known: mlp, cnn");
}

TEST(UnknownName, ListsNothingWhereNoneIsNearAndTheyAreMany) {
  EXPECT_EQ(message("resnet50", std::vector<std::string>(12, "mlp")),
            "unknown workload 'resnet50'; known: mlp, mlp, mlp, mlp, mlp, mlp, mlp, mlp, mlp, mlp, "
            "mlp, mlp");
  EXPECT_EQ(message("resnet50", std::vector<std::string>(13, "mlp")),
            "unknown workload 'resnet50'");
}

TEST(UnknownName, SaysThatNoneIsKnown) {
  EXPECT_EQ(message("x", {}), "unknown workload 'x'; none is known");
}

}  // namespace
}  // namespace isojoule
