#include "isojoule/app/kept_records.hpp"

#include <chrono>
#include <system_error>
#include <utility>

#include "isojoule/core/error.hpp"
#include "isojoule/record/merge_records.hpp"
#include "isojoule/record/record_json.hpp"
#include "isojoule/run/record_of_trace.hpp"

namespace isojoule {
namespace {

Record read_record_file(Files& files, const std::string& file) {
  std::error_code error;
  const std::string text = read_file(files, file, error);
  if (error) throw Error(ErrorCode::io, "cannot read " + file + ": " + reason_of(error));
  return record_from_json(parse_json(text, file), file);
}

std::string new_id(const Clock& clock) {
  return make_record_id(
      std::chrono::duration_cast<std::chrono::milliseconds>(clock.wall().time_since_epoch())
          .count());
}

}  // namespace

Record find_record(Files& files, const StoreReader& store, const std::string& name) {
  if (name.ends_with(".json") || name.find('/') != std::string::npos)
    return read_record_file(files, name);
  return store.record(name);
}

Record recovered_record(const std::filesystem::path& trace) {
  return record_of_trace(std::filesystem::absolute(trace));
}

Record merge_ranks(const World& world, Store& store, const std::vector<std::string>& names) {
  std::vector<Record> records;
  for (const std::string& name : names) records.push_back(find_record(*world.files, store, name));
  Record merged = merge_records(std::move(records), new_id(*world.clock));
  store.add(merged);
  return merged;
}

}  // namespace isojoule
