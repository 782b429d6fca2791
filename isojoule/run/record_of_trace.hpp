// From a trace to the record of its run.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "isojoule/core/files.hpp"
#include "isojoule/record/record.hpp"
#include "isojoule/trace/trace.hpp"

namespace isojoule {

/// What a trace carries of its record, from the beginning: all that is known before the command
/// runs.
std::string about_text(const Record& record);

/// Names of the boards among these channels, each board's once.
std::vector<std::string> gpu_names(std::span<const Channel> channels);

/// Takes what was measured into the record, of a command whose end was seen (see measure_trace).
/// Throws as measure_trace does, and then leaves the record as it was.
void fill_from_trace(Record& record, const std::filesystem::path& trace, Files& files,
                     const TraceCommand& end);

/// The whole record of a trace, whoever wrote it and however it ended: after a crash, or while the
/// run still goes on. Where the trace does not say how the command ended the outcome is `cut_off`,
/// and the record ends with the last reading. A trace that is cut within its last event loses that.
/// Throws as measure_trace does, and Error(bad_input) for a trace that does not say what it is of
/// (recorded by a version before 2, or by something else than a measured command).
Record record_of_trace(const std::filesystem::path& trace, Files& files = real_files());

/// Removes the trace of a record that is not kept, if it has one. One that cannot be removed stays.
void remove_trace(Files& files, const Record& record);

}  // namespace isojoule
