#include "trainer/audio/feature_table.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <bit>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "isojoule/core/mapped_file.hpp"
#include "isojoule/core/text.hpp"

namespace isojoule::trainer {
namespace {

static_assert(std::endian::native == std::endian::little,
              "the file's values are mapped as they are");

constexpr std::string_view kMagic = "isojfea\n";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kAlignment = 64;
constexpr std::size_t kFixed = 16;  // magic, version, length of the JSON
constexpr std::size_t kCrc = 4;

std::uint32_t crc_of(std::string_view bytes) {
  return static_cast<std::uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

std::string_view bytes_of(std::span<const float> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

std::string number_bytes(std::uint32_t number) {
  std::string bytes(sizeof number, '\0');
  std::memcpy(bytes.data(), &number, sizeof number);
  return bytes;
}

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
  std::uint32_t number = 0;
  std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}

std::size_t aligned(std::size_t size) { return (size + kAlignment - 1) / kAlignment * kAlignment; }

/// The JSON of a file's header, and where the values begin.
std::pair<Json, std::size_t> read_head(std::string_view bytes) {
  if (!bytes.starts_with(kMagic) || bytes.size() < kFixed)
    throw Unusable("it is no file of features");
  const std::uint32_t version = number_at(bytes, kMagic.size());
  if (version != kVersion) throw Unusable("it is of version " + std::to_string(version));
  const std::size_t end = kFixed + number_at(bytes, kMagic.size() + sizeof version);
  if (bytes.size() < end + kCrc) throw Unusable("its header is cut");
  if (crc_of(bytes.substr(0, end)) != number_at(bytes, end))
    throw Unusable("its header is damaged");
  return {Json::parse(bytes.substr(kFixed, end - kFixed)), aligned(end + kCrc)};
}

std::string make_head(const Json& json) {
  const std::string text = json.dump();
  std::string head(kMagic);
  head += number_bytes(kVersion);
  head += number_bytes(static_cast<std::uint32_t>(text.size()));
  head += text;
  head += number_bytes(crc_of(head));
  head.resize(aligned(head.size()), '\0');
  return head;
}

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

[[noreturn]] void cannot_write(const std::filesystem::path& path) {
  throw std::runtime_error("cannot write " + path.string() + ": " + std::strerror(errno));
}

std::uint32_t crc_of_both(std::span<const float> features, std::span<const float> targets) {
  const auto crc = crc_of(bytes_of(features));
  const std::string_view rest = bytes_of(targets);
  return static_cast<std::uint32_t>(
      crc32_z(crc, reinterpret_cast<const Bytef*>(rest.data()), rest.size()));
}

}  // namespace

FeatureTable::FeatureTable(const Task& task, std::vector<float> features,
                           std::vector<float> targets, std::vector<BadClip> bad)
    : task_(task), bad_(std::move(bad)) {
  const auto owner = std::make_shared<const std::pair<std::vector<float>, std::vector<float>>>(
      std::move(features), std::move(targets));
  features_ = owner->first;
  targets_ = owner->second;
  owner_ = owner;
}

FeatureTable::FeatureTable(const Task& task, std::shared_ptr<const void> owner,
                           std::span<const float> features, std::span<const float> targets,
                           std::vector<BadClip> bad)
    : task_(task),
      owner_(std::move(owner)),
      features_(features),
      targets_(targets),
      bad_(std::move(bad)) {}

std::span<const float> FeatureTable::features(std::size_t clip) const {
  const std::size_t values = task_.bands * task_.frames;
  return features_.subspan(clip * values, values);
}

std::span<const float> FeatureTable::targets(std::size_t clip) const {
  return targets_.subspan(clip * task_.labels, task_.labels);
}

void FeatureTable::save(const std::filesystem::path& path, const Json& key) const {
  Json bad = Json::array();
  for (const BadClip& clip : bad_)
    bad.push_back(Json{{"file", valid_utf8(clip.name)}, {"why", valid_utf8(clip.why)}});
  const std::string head = make_head(Json{{"key", key},
                                          {"clips", size()},
                                          {"bands", task_.bands},
                                          {"frames", task_.frames},
                                          {"labels", task_.labels},
                                          {"values_crc32", crc_of_both(features_, targets_)},
                                          {"bad", bad}});
  std::filesystem::path temporary = path;
  temporary += ".new-" + std::to_string(getpid());
  const int descriptor = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor < 0) cannot_write(temporary);
  const bool written = write_all(descriptor, head) && write_all(descriptor, bytes_of(features_)) &&
                       write_all(descriptor, bytes_of(targets_)) && fsync(descriptor) == 0;
  const int error = errno;
  close(descriptor);
  errno = error;
  if (!written || rename(temporary.c_str(), path.c_str()) != 0) {
    const int reason = errno;
    unlink(temporary.c_str());
    errno = reason;
    cannot_write(path);
  }
}

FeatureTable FeatureTable::map(const std::filesystem::path& path, const Task& task,
                               const Json& key) {
  const auto mapping = std::make_shared<const MappedFile>(path);
  const std::string_view bytes = mapping->bytes();
  const auto [head, start] = read_head(bytes);
  if (head.at("key") != key) throw Unusable("it was made from other files or parameters");
  const auto clips = head.at("clips").get<std::size_t>();
  const std::size_t features = clips * task.bands * task.frames;
  const std::size_t targets = clips * task.labels;
  if (bytes.size() != start + (features + targets) * sizeof(float))
    throw Unusable("it is cut or too long");
  const std::span values(reinterpret_cast<const float*>(bytes.data() + start), features + targets);
  if (crc_of(bytes_of(values)) != head.at("values_crc32").get<std::uint32_t>())
    throw Unusable("its values are damaged");
  std::vector<BadClip> bad;
  for (const Json& clip : head.at("bad"))
    bad.push_back({clip.at("file").get<std::string>(), clip.at("why").get<std::string>()});
  return {task, mapping, values.first(features), values.subspan(features), std::move(bad)};
}

}  // namespace isojoule::trainer
