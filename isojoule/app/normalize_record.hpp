// What a training that was measured here would use on another machine.
#pragma once

#include <string>
#include <vector>

#include "isojoule/app/trainings.hpp"
#include "isojoule/normalize/normalizer.hpp"
#include "isojoule/report/normalization_tables.hpp"

namespace isojoule {

/// The declared work: ten epochs of 1578 clips in batches of 8 (docs/method.md).
inline constexpr long kDefaultSteps = 1980;

struct RecordQuestion {
  std::string record = "latest";  ///< as StoreReader::record takes it
  std::string to;                 ///< a profile, as find_profile takes it
  TrainingChoice training = {};
  long steps = kDefaultSteps;                ///< the declared work
  std::vector<std::string> references = {};  ///< empty: all that both profiles have
  std::vector<Normalizer> normalizers = default_normalizers(Purpose::normalize);
};

/// The record and all profiles that compare become rows of a table, which is asked as any other:
/// answer_question. Throws as measured_training, find_profile and make_profile_table do,
/// Error(incompatible) where the profiles do not compare, Error(unknown_name) for a reference that
/// not both have.
///
///     RecordQuestion question;
///     question.to = "amd-epyc-vm-2threads";
///     const Normalization answers = normalize_record({*store, bundled}, question);
Normalization normalize_record(const ProfileShelf& shelf, const RecordQuestion& question);

}  // namespace isojoule
