#include "isojoule/trace/trace_writer.hpp"

#include <zlib.h>

#include <algorithm>
#include <string_view>
#include <system_error>

#include "isojoule/core/error.hpp"
#include "isojoule/core/json.hpp"
#include "isojoule/trace/detail/frame.hpp"

namespace isojoule {
namespace {

using detail::FrameType;
using detail::put_signed;
using detail::put_text;
using detail::put_varint;
using Bytes = std::vector<std::uint8_t>;

/// Type byte and payload of an event.
struct Encoder {
  Bytes& out;
  Instant epoch;

  void put_time(Instant time) const { put_signed(out, time.microseconds() - epoch.microseconds()); }

  void start(FrameType type) const { out.push_back(static_cast<std::uint8_t>(type)); }

  void operator()(const TracePoll& poll) const {
    const bool complete =
        std::ranges::all_of(poll.samples, [](const auto& sample) { return sample.has_value(); });
    start(complete ? FrameType::complete_poll : FrameType::poll);
    put_varint(out, poll.source);
    put_time(poll.time);
    if (!complete) put_presence(poll);
    for (const auto& sample : poll.samples) {
      if (sample) put_varint(out, *sample);
    }
  }

  /// One bit a sample, so that a missing one cannot be taken for a zero.
  void put_presence(const TracePoll& poll) const {
    for (std::size_t first = 0; first < poll.samples.size(); first += 8) {
      std::uint8_t present = 0;
      for (std::size_t i = first; i < std::min(first + 8, poll.samples.size()); ++i) {
        if (poll.samples[i]) present = static_cast<std::uint8_t>(present | (1u << (i - first)));
      }
      out.push_back(present);
    }
  }

  void operator()(const Mark& mark) const {
    start(FrameType::mark);
    put_text(out, format_mark(mark));
  }

  void operator()(const Fault& fault) const {
    start(FrameType::fault);
    put_varint(out, static_cast<std::uint64_t>(fault.kind));
    put_time(fault.time);
    put_text(out, fault.source);
    put_text(out, fault.message);
  }

  void operator()(const TraceClocks& clocks) const {
    start(FrameType::clocks);
    put_time(clocks.monotonic);
    put_time(clocks.boot);
  }

  void operator()(const TraceCommand& command) const {
    start(FrameType::command);
    put_varint(out, command.edge == TraceCommand::Edge::begin ? 0 : 1);
    put_time(command.time);
    if (command.edge == TraceCommand::Edge::begin || !command.exit_code) return;
    put_signed(out, *command.exit_code);
    put_signed(out, command.signal.value_or(0));
  }

  void operator()(const TraceRest& rest) const {
    start(FrameType::rest);
    put_varint(out, rest.edge == TraceRest::Edge::begin ? 0 : 1);
    put_time(rest.time);
  }
};

std::string header_text(const TraceHeader& header) {
  Json sources = Json::array();
  for (const TraceSource& source : header.sources) {
    Json channels = Json::array();
    for (const Channel& channel : source.channels) channels.push_back(channel_to_json(channel));
    sources.push_back(Json{{"backend", source.backend}, {"channels", std::move(channels)}});
  }
  Json json{{"schema", schema_text(kTraceSchema, kTraceVersion)},
            {"minor", kTraceMinor},
            {"isojoule", header.version},
            {"created", header.created},
            {"epoch_us", header.epoch.microseconds()},
            {"period_s", header.period.in(second)},
            {"sources", std::move(sources)}};
  if (!header.about.empty()) json["about"] = parse_json(header.about, "what a trace is about");
  if (header.imported)
    json["imported"] = {{"from", header.imported->from}, {"file", header.imported->file}};
  return with_valid_utf8(json).dump();
}

void put_u32(Bytes& out, std::uint32_t value) {
  for (unsigned shift = 0; shift < 32; shift += 8)
    out.push_back(static_cast<std::uint8_t>(value >> shift));
}

/// length, body, CRC-32 of both.
void seal(Bytes& frame, const Bytes& body) {
  const std::size_t start = frame.size();
  put_varint(frame, body.size());
  frame.insert(frame.end(), body.begin(), body.end());
  put_u32(frame, static_cast<std::uint32_t>(
                     crc32(0, frame.data() + start, static_cast<uInt>(frame.size() - start))));
}

}  // namespace

TraceWriter::TraceWriter(Files& files, const std::filesystem::path& file, const TraceHeader& header)
    : file_(file), epoch_(header.epoch) {
  // What is wrong with the directory, opening a file in it says.
  if (file.has_parent_path()) make_private_directories(files, file.parent_path());
  std::error_code error;
  const mode_t mode = private_file_mode(files, file.parent_path());
  output_ = files.open_to_write(file, Opening::make_new, mode, error);
  if (output_) error = files.set_mode(file, mode);  // whatever the umask
  if (!output_)
    throw Error(ErrorCode::io,
                "cannot make the trace file " + file.string() + ": " + reason_of(error));
  Bytes body{static_cast<std::uint8_t>(FrameType::header)};
  const std::string text = header_text(header);
  body.insert(body.end(), text.begin(), text.end());
  Bytes frame(std::begin(detail::kTraceMagic), std::end(detail::kTraceMagic));
  seal(frame, body);
  write_frame(frame);
  if (!failure_.empty()) throw Error(ErrorCode::io, failure_);
}

void TraceWriter::append(const TraceEvent& event) noexcept {
  if (!owner_.is_here()) return;
  const std::lock_guard lock(mutex_);
  if (!failure_.empty()) return;
  try {
    Bytes body;
    std::visit(Encoder{body, epoch_}, event);
    buffer_.clear();
    seal(buffer_, body);
    write_frame(buffer_);
  } catch (const std::exception& error) {
    failure_ = "cannot append to the trace " + file_.string() + ": " + error.what();
  }
}

std::string TraceWriter::failure() const {
  if (!owner_.is_here())
    return "the trace " + file_.string() + " belongs to another process, of which this is a fork";
  const std::lock_guard lock(mutex_);
  return failure_;
}

void TraceWriter::write_frame(const Bytes& frame) {
  const std::string_view bytes(reinterpret_cast<const char*>(frame.data()), frame.size());
  if (const auto error = output_->write(bytes))
    failure_ = "cannot write to the trace " + file_.string() + ": " + reason_of(error);
}

}  // namespace isojoule
