// The documents in docs/formats/ are what the program reads and writes.
#include <fstream>
#include <iterator>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/record/machine_profile.hpp"
#include "isojoule/record/record_json.hpp"

#include "support/format_page.hpp"

namespace isojoule {
namespace {

using ::testing::HasSubstr;

std::string text_of_page(const std::string& page) {
  std::ifstream stream(ISOJOULE_FORMATS "/" + page);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string page_block(const std::string& page, const std::string& language) {
  return block_of(ISOJOULE_FORMATS "/" + page, language);
}

TEST(Formats, TheRecordOnItsPageIsReadAndWrittenBack) {
  const Json json = parse_json(page_block("record.md", "json"), "record.md");
  EXPECT_EQ(record_to_json(record_from_json(json, "record.md")).dump(2), json.dump(2));
}

TEST(Formats, TheRecordsPageNamesTheKeysOfAContext) {
  const std::string page = text_of_page("record.md");
  for (const char* key : {kDeviceContext, kThreadsContext, kTorchContext, kCampaignContext,
                          kDisturbedContext, kReplayContext, kMergedContext})
    EXPECT_THAT(page, HasSubstr("`" + std::string(key) + "`"));
}

TEST(Formats, TheProfileOnItsPageIsReadAndWrittenBack) {
  const Json json = parse_json(page_block("profile.md", "json"), "profile.md");
  EXPECT_EQ(profile_to_json(profile_from_json(json, "profile.md")).dump(2), json.dump(2));
}

}  // namespace
}  // namespace isojoule
