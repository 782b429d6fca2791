#include "isojoule/store/open_store.hpp"

#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"

#include "support/fake_world.hpp"
#include "support/sample_record.hpp"
#include "support/temp_directory.hpp"

namespace isojoule {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

template <class Action>
Error error_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  return {ErrorCode::bad_input, "nothing thrown"};
}

TEST(OpenStore, TakesAPathOrAUrl) {
  const TempDirectory directory;
  const std::string file = directory.path() / "store.sqlite";
  open_store(file)->add(detail::sample_record("X1"));
  open_store("sqlite:" + file)->add(detail::sample_record("X2"));
  EXPECT_EQ(open_store_to_read(file)->record("latest").id, "X2");
  EXPECT_EQ(open_store_to_read("sqlite:" + file)->record("X1").id, "X1");
}

TEST(OpenStore, RefusesAnUnknownSchemeAndMakesNothing) {
  const auto before = std::filesystem::current_path();
  const TempDirectory directory;
  std::filesystem::current_path(directory.path());
  for (const auto& open : {+[] { open_store("postgres://host/energies"); },
                           +[] { open_store_to_read("postgres://host/energies"); }}) {
    const Error error = error_of(open);
    EXPECT_EQ(error.code(), ErrorCode::unknown_name);
    EXPECT_STREQ(error.what(), "unknown kind of store 'postgres'; known: sqlite");
  }
  EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
  std::filesystem::current_path(before);
}

TEST(OpenStore, RefusesAUrlOfAnotherForm) {
  const Error error = error_of([] { open_store_to_read("sqlite://x.sqlite"); });
  EXPECT_EQ(error.code(), ErrorCode::usage);
  EXPECT_STREQ(error.what(), "store 'sqlite://x.sqlite' must be written sqlite:FILE");
}

TEST(OpenStore, APathMayHoldColons) {
  const auto before = std::filesystem::current_path();
  const TempDirectory directory;
  std::filesystem::current_path(directory.path());
  for (const char* path : {"a:b", "./postgres://x", "./sqlite:x", "A://x"}) {
    open_store(path)->add(detail::sample_record("X1"));
    EXPECT_TRUE(std::filesystem::exists(path)) << path;
  }
  std::filesystem::current_path(before);
}

TEST(OpenStore, EveryBackendHasASchemeOfItsOwnAndAFormThatBeginsWithIt) {
  for (const StoreBackend& backend : store_backends()) {
    EXPECT_TRUE(backend.form.starts_with(std::string(backend.scheme) + ":")) << backend.form;
    EXPECT_EQ(std::ranges::count(store_backends(), backend.scheme, &StoreBackend::scheme), 1);
  }
}

TEST(EmptyStore, HoldsNothing) {
  const auto store = empty_store();
  EXPECT_THAT(store->records(), IsEmpty());
  EXPECT_THAT(store->profiles(), IsEmpty());
  EXPECT_THAT(store->campaigns(), IsEmpty());
  EXPECT_FALSE(store->profile("xeon"));
  for (const char* id : {"latest", "01JAAAA"}) {
    EXPECT_EQ(error_of([&] { store->record(id); }).code(), ErrorCode::unknown_name);
    EXPECT_EQ(error_of([&] { store->campaign(id); }).code(), ErrorCode::unknown_name);
  }
}

TEST(DefaultStoreFile, IsUnderTheUsersData) {
  FakeWorld fake;
  const Environment& environment = *fake.world().environment;
  EXPECT_EQ(default_store_file(environment), std::nullopt);
  fake.set_environment("HOME", "/home/ada");
  EXPECT_EQ(default_store_file(environment), "/home/ada/.local/share/isojoule/store.sqlite");
  fake.set_environment("XDG_DATA_HOME", "/data");
  EXPECT_EQ(default_store_file(environment), "/data/isojoule/store.sqlite");
}

TEST(DefaultStoreFile, IgnoresRelativeAndEmptyPaths) {
  FakeWorld fake;
  fake.set_environment("HOME", "/home/ada");
  for (const char* ignored : {"", "data", "./data"}) {
    fake.set_environment("XDG_DATA_HOME", ignored);
    EXPECT_EQ(default_store_file(*fake.world().environment),
              "/home/ada/.local/share/isojoule/store.sqlite");
  }
}

}  // namespace
}  // namespace isojoule
