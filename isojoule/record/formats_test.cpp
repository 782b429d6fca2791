// The documents in docs/formats/ are what the program reads and writes.
#include <string>

#include <gtest/gtest.h>

#include "isojoule/record/machine_profile.hpp"
#include "isojoule/record/record_json.hpp"

#include "support/format_page.hpp"

namespace isojoule {
namespace {

std::string page_block(const std::string& page, const std::string& language) {
  return block_of(ISOJOULE_FORMATS "/" + page, language);
}

TEST(Formats, TheRecordOnItsPageIsReadAndWrittenBack) {
  const Json json = parse_json(page_block("record.md", "json"), "record.md");
  EXPECT_EQ(record_to_json(record_from_json(json, "record.md")).dump(2), json.dump(2));
}

TEST(Formats, TheProfileOnItsPageIsReadAndWrittenBack) {
  const Json json = parse_json(page_block("profile.md", "json"), "profile.md");
  EXPECT_EQ(profile_to_json(profile_from_json(json, "profile.md")).dump(2), json.dump(2));
}

}  // namespace
}  // namespace isojoule
