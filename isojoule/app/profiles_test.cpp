#include "isojoule/app/profiles.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"
#include "isojoule/record/machine_profile.hpp"

#include "support/fake_world.hpp"
#include "support/memory_store.hpp"
#include "support/sample_record.hpp"
#include "support/test_table.hpp"

namespace isojoule {
namespace {

using detail::sample_record;
using test_table::error_of;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

MachineProfile named(const std::string& name) {
  return make_profile(name, "", {sample_record("R1", "small")});
}

TEST(OpenProfiles, WithoutAPlaceForAStoreTheStoreIsEmpty) {
  FakeWorld fake;  // neither HOME nor XDG_DATA_HOME
  EXPECT_THAT(open_profiles(fake.world(), "")->profiles(), IsEmpty());
}

TEST(OpenProfiles, ThatAreNamedAreOpened) {
  FakeWorld fake;
  const std::string nothing = (fake.root() / "store.sqlite").string();
  EXPECT_THAT(open_profiles(fake.world(), nothing)->profiles(), IsEmpty());
  EXPECT_FALSE(std::filesystem::exists(nothing)) << "looking makes no store";
  fake.write("/odd", "no store");
  EXPECT_THROW(open_profiles(fake.world(), (fake.root() / "odd").string())->profiles(), Error);
}

TEST(ListProfiles, TheStoresComeFirst) {
  MemoryStore store;
  store.put(named("mine"));
  const auto listed = list_profiles({store, {named("theirs")}});
  ASSERT_THAT(listed, SizeIs(2));
  EXPECT_EQ(listed[0].profile.name, "mine");
  EXPECT_EQ(listed[0].kept_in, "store");
  EXPECT_EQ(listed[1].kept_in, "bundled");
  const Json json = listed_profile_to_json(listed[1]);
  EXPECT_EQ(json.at("name"), "theirs");
  EXPECT_EQ(json.at("kept_in"), "bundled");
}

TEST(KeepProfiles, KeepsAllOrNone) {
  FakeWorld fake;
  MemoryStore store;
  std::vector<std::string> files;
  for (const char* name : {"one", "two"}) {
    fake.write("/" + std::string(name) + ".json", profile_to_json(named(name)).dump());
    files.push_back((fake.root() / (std::string(name) + ".json")).string());
  }
  store.put(named("two"));
  EXPECT_EQ(error_of([&] { keep_profiles(store, files, false); }).code(), ErrorCode::usage);
  EXPECT_THAT(store.profiles(), SizeIs(1)) << "nothing was kept";
  EXPECT_THAT(keep_profiles(store, files, true), ElementsAre("one", "two"));
  EXPECT_THAT(store.profiles(), SizeIs(2));
}

}  // namespace
}  // namespace isojoule
