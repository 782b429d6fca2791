// The records of one job's ranks as one record.
#pragma once

#include <vector>

#include "isojoule/record/record.hpp"

namespace isojoule {

/// Joins the records of the ranks of one job. Each energy is counted once, whoever else saw it:
///  - of a board that several ranks measured, that of the lowest rank that knows it;
///  - of what belongs to a node (packages, memory, node meters), that of the node's owner (see
///    NodeOwner). Where it is not known which rank that is, it has no energy, with the reason:
///    ranks in containers may take one node for several;
///  - where a CPU package is modelled from the processes of a rank, each rank's is its own.
/// With several nodes, components are named for theirs: "node-2/package-0"; a board with a UUID is
/// one wherever it was seen. The whole is as long as the longest; the windows are those of the
/// lowest rank, each with what the other ranks' window of the same name and place among its equals
/// adds. A rank that has no such window leaves its components there without an energy, with the
/// reason.
///
/// The job is incomplete as soon as one rank is; faults, and what could not be measured, are those of
/// all ranks. The merged record
/// has `id` and is of no rank; its context holds the ids (kMergedContext).
///
/// Throws Error(usage) for fewer than two records, for one that is of no job, for records of
/// several jobs, workloads or programs' runs (a rank or a record twice), and names both.
Record merge_records(std::vector<Record> records, std::string id);

/// The ranks that the job has and `records` have not, in order, as far as they are numbered.
std::vector<int> missing_ranks(const std::vector<Record>& records);

}  // namespace isojoule
