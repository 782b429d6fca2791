// The report on a challenge: its rankings, to be sorted and looked at.
#pragma once

#include <vector>

#include "isojoule/page/document.hpp"
#include "isojoule/report/challenge_tables.hpp"

namespace isojoule {

/// Each ranking as a table, as score against normalized energy with everything that is possible and
/// the Pareto front, and as ranges of ranks; remarks below.
Document make_challenge_document(const std::vector<Submission>& submissions,
                                 const std::vector<ChallengeRanking>& rankings,
                                 const std::vector<ChallengeRemark>& remarks,
                                 const ReportOrigin& origin);

}  // namespace isojoule
