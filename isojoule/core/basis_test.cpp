#include "isojoule/core/basis.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

using Field = BasisDifference::Field;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Basis basis() {
  return {Scope::package, Kind::measured, Boundary::gross, kStepsProtocol, 8, "float32"};
}

std::vector<std::string> texts(const Basis& a, const Basis& b) {
  std::vector<std::string> result;
  for (const BasisDifference& difference : differences(a, b)) result.push_back(difference.text);
  return result;
}

TEST(Basis, EqualBasesHaveNoDifference) {
  EXPECT_THAT(texts(basis(), basis()), IsEmpty());
  EXPECT_THAT(texts(Basis{}, Basis{}), IsEmpty());
}

TEST(Basis, NamesEveryDifferenceInOrder) {
  const Basis other{Scope::gpu, Kind::modelled, Boundary::net, kCommandProtocol,
                    16,         "tf32",         kForwardMode};
  EXPECT_THAT(texts(basis(), other),
              ElementsAre("scope: package against gpu", "kind: measured against modelled",
                          "boundary: gross against net", "protocol: steps against command",
                          "batch: 8 against 16", "precision: float32 against tf32",
                          "mode: train against forward"));
  std::vector<Field> fields;
  for (const BasisDifference& difference : differences(basis(), other))
    fields.push_back(difference.field);
  EXPECT_THAT(fields, ElementsAre(Field::scope, Field::kind, Field::boundary, Field::protocol,
                                  Field::batch, Field::precision, Field::mode));
}

TEST(Basis, WhatIsUnknownOnOneSideDiffers) {
  Basis other = basis();
  other.batch.reset();
  other.precision.clear();
  EXPECT_THAT(texts(basis(), other),
              ElementsAre("batch: 8 against unknown", "precision: float32 against unknown"));
  EXPECT_THAT(texts(other, other), IsEmpty());
}

TEST(Names, OfScopeKindAndBoundaryReadBack) {
  for (const Scope scope : {Scope::gpu, Scope::package, Scope::dram})
    EXPECT_EQ(scope_from_string(to_string(scope)), scope);
  for (const Kind kind : {Kind::measured, Kind::modelled})
    EXPECT_EQ(kind_from_string(to_string(kind)), kind);
  for (const Boundary boundary : {Boundary::gross, Boundary::net})
    EXPECT_EQ(boundary_from_string(to_string(boundary)), boundary);
}

TEST(Names, UnknownOnesListTheKnown) {
  const auto message = [](auto parse, std::string_view text) -> std::string {
    try {
      parse(text);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::unknown_name);
      return error.what();
    }
    return "nothing thrown";
  };
  EXPECT_EQ(message(scope_from_string, "GPUs"),
            "unknown scope 'GPUs'; known: gpu, gpu-memory, module, package, dram, node");
  EXPECT_EQ(message(kind_from_string, ""), "unknown kind ''; known: measured, modelled");
  EXPECT_EQ(message(boundary_from_string, "grss"), "unknown boundary 'grss'; did you mean gross?");
}

}  // namespace
}  // namespace isojoule
