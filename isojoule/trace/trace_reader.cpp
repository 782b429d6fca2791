#include "isojoule/trace/trace_reader.hpp"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "isojoule/core/error.hpp"
#include "isojoule/core/json.hpp"
#include "isojoule/trace/detail/frame.hpp"

namespace isojoule {
namespace {

using detail::Cursor;
using detail::FrameType;
using Bytes = std::vector<std::uint8_t>;

constexpr std::uint64_t kMaxFrameBytes = 1 << 24;
constexpr std::size_t kChecksumBytes = 4;

/// Whether a trace of this version may hold events that this reader does not know.
bool is_of_newer_minor(const Json& json) {
  return json.at("schema") == schema_text(kTraceSchema, kTraceVersion) &&
         maybe<int>(json, "minor").value_or(0) > kTraceMinor;
}

TraceHeader read_header(const Json& json) {
  TraceHeader header;
  header.version = required<std::string>(json, "isojoule");
  header.created = required<std::string>(json, "created");
  header.epoch = Instant::from_microseconds(required<std::int64_t>(json, "epoch_us"));
  header.period = required<double>(json, "period_s") * second;
  for (const Json& entry : required<Json>(json, "sources")) {
    TraceSource source{required<std::string>(entry, "backend"), {}};
    for (const Json& channel : required<Json>(entry, "channels"))
      source.channels.push_back(channel_from_json(channel));
    header.sources.push_back(std::move(source));
  }
  if (json.contains("about")) header.about = required<Json>(json, "about").dump();
  if (json.contains("imported")) {
    const Json imported = required<Json>(json, "imported");
    header.imported = TraceImport{required<std::string>(imported, "from"),
                                  required<std::string>(imported, "file")};
  }
  return header;
}

std::optional<Instant> read_time(Cursor& cursor, Instant epoch) {
  const auto value = cursor.signed_varint();
  if (!value) return std::nullopt;
  return Instant::from_microseconds(epoch.microseconds() + *value);
}

std::optional<TraceEvent> read_poll(Cursor cursor, const TraceHeader& header, bool complete) {
  const auto source = cursor.varint();
  const auto time = read_time(cursor, header.epoch);
  if (!time || *source >= header.sources.size()) return std::nullopt;
  TracePoll poll{static_cast<std::size_t>(*source), *time, {}};
  poll.samples.resize(header.sources[poll.source].channels.size());
  std::vector<bool> present(poll.samples.size(), complete);
  for (std::size_t first = 0; !complete && first < poll.samples.size(); first += 8) {
    const auto bits = cursor.byte();
    if (!bits) return std::nullopt;
    for (std::size_t i = first; i < std::min(first + 8, poll.samples.size()); ++i)
      present[i] = (unsigned{*bits} >> (i - first) & 1u) != 0;
  }
  for (std::size_t i = 0; i < poll.samples.size(); ++i) {
    if (!present[i]) continue;
    poll.samples[i] = cursor.varint();
    if (!poll.samples[i]) return std::nullopt;
  }
  return poll;
}

std::optional<TraceEvent> read_fault(Cursor cursor, Instant epoch) {
  const auto kind = cursor.varint();
  const auto time = read_time(cursor, epoch);
  auto source = cursor.text();
  auto message = cursor.text();
  if (!message || *kind > static_cast<std::uint64_t>(FaultKind::fatal)) return std::nullopt;
  return Fault{static_cast<FaultKind>(*kind), *time, std::move(*source), std::move(*message)};
}

std::optional<TraceEvent> read_mark(Cursor cursor) {
  const auto text = cursor.text();
  const auto mark = text ? parse_mark(*text, Instant{}) : std::nullopt;
  if (!mark) return std::nullopt;
  return *mark;
}

std::optional<TraceEvent> read_clocks(Cursor cursor, Instant epoch) {
  const auto monotonic = read_time(cursor, epoch);
  const auto boot = read_time(cursor, epoch);
  if (!boot) return std::nullopt;
  return TraceClocks{*monotonic, *boot};
}

std::optional<TraceEvent> read_command(Cursor cursor, Instant epoch) {
  const auto edge = cursor.varint();
  const auto time = read_time(cursor, epoch);
  if (!time || *edge > 1) return std::nullopt;
  TraceCommand command{*edge == 0 ? TraceCommand::Edge::begin : TraceCommand::Edge::end, *time};
  if (cursor.at_end()) return command;
  const auto exit_code = cursor.signed_varint();
  const auto signal = cursor.signed_varint();
  if (!signal || !std::in_range<int>(*exit_code) || !std::in_range<int>(*signal))
    return std::nullopt;
  command.exit_code = static_cast<int>(*exit_code);
  if (*signal != 0) command.signal = static_cast<int>(*signal);
  return command;
}

std::optional<TraceEvent> read_rest(Cursor cursor, Instant epoch) {
  const auto edge = cursor.varint();
  const auto time = read_time(cursor, epoch);
  if (!time || *edge > 1) return std::nullopt;
  return TraceRest{*edge == 0 ? TraceRest::Edge::begin : TraceRest::Edge::end, *time};
}

std::optional<TraceEvent> read_event(const Bytes& body, const TraceHeader& header) {
  if (body.empty()) return std::nullopt;
  const Cursor cursor(std::span<const std::uint8_t>(body).subspan(1));
  switch (static_cast<FrameType>(body.front())) {
    case FrameType::poll:
      return read_poll(cursor, header, false);
    case FrameType::complete_poll:
      return read_poll(cursor, header, true);
    case FrameType::mark:
      return read_mark(cursor);
    case FrameType::fault:
      return read_fault(cursor, header.epoch);
    case FrameType::clocks:
      return read_clocks(cursor, header.epoch);
    case FrameType::command:
      return read_command(cursor, header.epoch);
    case FrameType::rest:
      return read_rest(cursor, header.epoch);
    case FrameType::header:
      break;
  }
  return std::nullopt;
}

}  // namespace

TraceReader::TraceReader(const std::filesystem::path& file, Files& files)
    : file_(file), stream_(files, file) {
  std::error_code ignored;  // what was opened has a size
  size_ = files.status(file, ignored).bytes;
  char magic[sizeof detail::kTraceMagic] = {};
  stream_.read(magic, sizeof magic);
  require_readable();
  if (!stream_ || std::memcmp(magic, detail::kTraceMagic, sizeof magic) != 0)
    throw Error(ErrorCode::bad_input, file.string() + " is not an isojoule trace");
  offset_ = sizeof magic;
  const auto body = next_frame();
  if (!body || body->empty() || body->front() != static_cast<std::uint8_t>(FrameType::header))
    throw Error(ErrorCode::bad_input, "the trace " + file.string() + " has no whole header");
  const std::string where = "the trace " + file.string();
  const Json json = parse_json(
      std::string_view(reinterpret_cast<const char*>(body->data()) + 1, body->size() - 1), where);
  require_schema(json, kTraceSchema, kTraceVersion, where);
  header_ = read_header(json);
  passes_over_unknown_ = is_of_newer_minor(json);
}

std::optional<TraceEvent> TraceReader::next() {
  while (true) {
    const std::uint64_t at = offset_;
    const auto body = next_frame();
    if (!body) return std::nullopt;
    if (auto event = read_event(*body, header_)) return event;
    if (!passes_over_unknown_)
      throw Error(ErrorCode::bad_input, "the trace " + file_.string() + " holds an event at byte " +
                                            std::to_string(at) + " that cannot be understood");
    ++passed_over_;
  }
}

void TraceReader::require_readable() const {
  if (stream_.error())
    throw Error(ErrorCode::io,
                "cannot read the trace " + file_.string() + ": " + reason_of(stream_.error()));
}

std::optional<std::vector<std::uint8_t>> TraceReader::next_frame() {
  if (offset_ == size_) return std::nullopt;
  const std::uint64_t start = offset_;
  Bytes frame;  // length, body, checksum
  std::uint64_t length = 0;
  for (unsigned shift = 0;; shift += 7) {
    const int byte = stream_.get();
    if (byte == std::istream::traits_type::eof()) {
      require_readable();
      truncated_ = true;
      return std::nullopt;
    }
    frame.push_back(static_cast<std::uint8_t>(byte));
    length |= (static_cast<std::uint64_t>(byte) & 0x7f) << shift;
    if ((byte & 0x80) == 0) break;
    if (length > kMaxFrameBytes || shift > 21) break;
  }
  const std::size_t prefix = frame.size();
  if (length <= kMaxFrameBytes && start + prefix + length + kChecksumBytes > size_) {
    truncated_ = true;
    return std::nullopt;
  }
  bool sound = length <= kMaxFrameBytes;
  if (sound) {
    frame.resize(prefix + length + kChecksumBytes);
    stream_.read(reinterpret_cast<char*>(frame.data() + prefix),
                 static_cast<std::streamsize>(length + kChecksumBytes));
    require_readable();
    std::uint32_t stored = 0;
    for (std::size_t i = 0; i < kChecksumBytes; ++i)
      stored |= std::uint32_t{frame[prefix + length + i]} << (8 * i);
    sound = stream_ && stored == crc32(0, frame.data(), static_cast<uInt>(prefix + length));
  }
  if (!sound)
    throw Error(ErrorCode::bad_input, "the trace " + file_.string() + " is damaged at byte " +
                                          std::to_string(start) + " (wrong checksum)");
  offset_ = start + frame.size();
  return Bytes(frame.begin() + static_cast<std::ptrdiff_t>(prefix),
               frame.end() - static_cast<std::ptrdiff_t>(kChecksumBytes));
}

}  // namespace isojoule
