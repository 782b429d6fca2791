#include "isojoule/app/observation_source.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"
#include "isojoule/record/store.hpp"
#include "isojoule/store/open_store.hpp"

#include "support/sample_record.hpp"
#include "support/sample_table.hpp"
#include "support/temp_directory.hpp"

namespace isojoule {
namespace {

using detail::error_of;
using detail::sample_record;
using detail::texts_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ObservationSources : public ::testing::Test {
 protected:
  std::string file(const std::string& name, const std::string& text) const {
    const std::string path = folder_.path() / name;
    write_file(path, text);
    return path;
  }

  /// Of two records, the second of which has no steps, and a profile of the first.
  std::string store() const {
    const std::string path = folder_.path() / "store.sqlite";
    const auto store = open_store(path);
    store->add(sample_record("01JABCDEFGHJKMNPQRSTVWXYZ1", "a"));
    Record without_steps = sample_record("01JABCDEFGHJKMNPQRSTVWXYZ2", "b");
    without_steps.windows.clear();
    store->add(without_steps);
    store->put(make_profile("mine", "", {sample_record("01JABCDEFGHJKMNPQRSTVWXYZ1", "a")}));
    return path;
  }

  TempDirectory folder_;
};

TEST_F(ObservationSources, AFileIsReadInTheFormatThatIsRecognised) {
  const ReadObservations read =
      read_observations({file("t.txt", "workload,hardware,energy_j\nw,h,3\n"), "", {}});
  EXPECT_EQ(read.format, "csv");
  ASSERT_EQ(read.rows.size(), 1U);
  EXPECT_EQ(read.rows[0].energy, 3.0 * joule);
  EXPECT_THAT(read.remarks, IsEmpty());
}

TEST_F(ObservationSources, OptionsGoToTheReader) {
  const std::string log =
      file("z.csv", "start_time,window_name,elapsed_time,gpu0_energy\n1,w,2,0\n");
  const ReadObservations read = read_observations({log, "zeus", {{"machine-name", {"A40"}}}});
  ASSERT_EQ(read.rows.size(), 1U);
  EXPECT_EQ(read.rows[0].hardware, "A40");
  EXPECT_THAT(texts_of(read.remarks), ElementsAre(HasSubstr("is 0 J")));
}

TEST_F(ObservationSources, ARowThatCannotBeReadEndsATable) {
  const Error error = error_of(
      [&] { read_observations({file("t.csv", "workload,hardware,energy_j\nw,h,-3\n"), "", {}}); });
  EXPECT_EQ(error.code(), ErrorCode::bad_input);
  EXPECT_THAT(error.what(), HasSubstr("t.csv:2: column energy_j"));
}

TEST_F(ObservationSources, AStoreGivesItsRecordsOrItsProfiles) {
  const std::string path = store();
  const ReadObservations records = read_observations({path, "store", {}});
  ASSERT_EQ(records.rows.size(), 1U);
  EXPECT_EQ(records.rows[0].hardware, "Made CPU, 2 threads");
  EXPECT_EQ(records.format, "store");
  EXPECT_THAT(texts_of(records.remarks), ElementsAre(HasSubstr("it has no window 'steps'")))
      << "a record that does not fit is left out and named";
  const ReadObservations profiles = read_observations({path, "profiles", {}});
  ASSERT_EQ(profiles.rows.size(), 1U);
  EXPECT_EQ(profiles.rows[0].hardware, "mine");
}

TEST_F(ObservationSources, AStoreThatIsRecognisedAsksWhatToRead) {
  const Error error = error_of([&] { read_observations({store(), "", {}}); });
  EXPECT_THAT(error.what(), HasSubstr("name one by --from-format: store, profiles"));
  EXPECT_EQ(error_of([] { read_observations({"-", "store", {}}); }).code(), ErrorCode::usage);
}

TEST_F(ObservationSources, MistakesAreNamedBeforeAnythingIsOpened) {
  const Error unknown = error_of([] { read_observations({"/nowhere", "codecabon", {}}); });
  EXPECT_EQ(unknown.code(), ErrorCode::unknown_name);
  EXPECT_THAT(unknown.what(), HasSubstr("did you mean codecarbon"));
  const Error foreign =
      error_of([] { read_observations({"/nowhere", "store", {{"map", {"workload=w"}}}}); });
  EXPECT_STREQ(foreign.what(), "--map is an option of csv, json, and /nowhere is read as store");
  EXPECT_EQ(error_of([] { read_observations({"/nowhere", "", {}}); }).code(), ErrorCode::io);
}

}  // namespace
}  // namespace isojoule
