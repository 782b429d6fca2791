// Records that are found, made again from their traces, and joined.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "isojoule/core/files.hpp"
#include "isojoule/core/world.hpp"
#include "isojoule/record/record.hpp"
#include "isojoule/record/store.hpp"

namespace isojoule {

/// A record by the name of its file (with a '/' or ending in .json), as record_to_json wrote it, or
/// as StoreReader::record takes it. Throws as that does, Error(io) for a file that cannot be read,
/// Error(bad_input) for one that holds no record.
Record find_record(Files& files, const StoreReader& store, const std::string& name);

/// The record of a run from its trace alone: after a crash, or while it runs. It knows its trace by
/// a path that holds in every folder. Throws as record_of_trace does.
///
///     store->add(recovered_record("01JABCDEFGHJKMNPQRSTVWXYZ0.trace"));
Record recovered_record(const std::filesystem::path& trace);

/// Joins the records of one job's ranks, each as find_record takes it, and keeps the result, with
/// an id of this moment. Throws as find_record, merge_records and Store::add do, and then keeps
/// nothing.
Record merge_ranks(const World& world, Store& store, const std::vector<std::string>& names);

}  // namespace isojoule
