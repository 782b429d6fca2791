#include "isojoule/run/device.hpp"

#include <charconv>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

constexpr const char* kVisible = "CUDA_VISIBLE_DEVICES";
constexpr const char* kVisibleToHip = "HIP_VISIBLE_DEVICES";  // which goes before on AMD's boards
constexpr std::string_view kCuda = "cuda";

class Narrowed final : public Environment {
 public:
  Narrowed(World whole, std::optional<std::string> visible,
           std::optional<std::string> visible_to_hip)
      : whole_(std::move(whole)),
        visible_(std::move(visible)),
        visible_to_hip_(std::move(visible_to_hip)) {}
  std::optional<std::string> get(const std::string& name) const override {
    if (visible_ && name == kVisible) return visible_;
    if (visible_to_hip_ && name == kVisibleToHip) return visible_to_hip_;
    return whole_.environment->get(name);
  }

 private:
  const World whole_;
  std::optional<std::string> visible_;
  std::optional<std::string> visible_to_hip_;
};

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> items;
  std::size_t begin = 0;
  while (begin <= list.size()) {
    const std::size_t comma = std::min(list.find(',', begin), list.size());
    items.push_back(list.substr(begin, comma - begin));
    begin = comma + 1;
  }
  return items;
}

/// N of "cuda:N"; empty for "cuda".
std::optional<std::size_t> board_number(const std::string& device) {
  if (device == kCuda) return std::nullopt;
  const std::string_view text = std::string_view(device).substr(kCuda.size());
  std::size_t number = 0;
  const char* end = text.data() + text.size();
  if (text.starts_with(':') && text.size() > 1) {
    const auto [parsed, error] = std::from_chars(text.data() + 1, end, number);
    if (error == std::errc{} && parsed == end) return number;
  }
  throw Error(ErrorCode::usage, "device '" + device + "' is none of cpu, cuda and cuda:N");
}

/// The one of `variable`'s boards; empty where that is not set.
std::optional<std::string> one_of(const std::string& device, std::size_t number,
                                  const Environment& environment, const char* variable) {
  const auto visible = environment.get(variable);
  if (!visible) return std::nullopt;
  const std::vector<std::string> boards = split(*visible);
  if (number >= boards.size())
    throw Error(ErrorCode::usage,
                fmt::format("device {}: {}={} has no board {}, the first is cuda:0", device,
                            variable, *visible, number));
  return boards[number];
}

}  // namespace

bool names_gpu(const std::string& device) { return device.starts_with(kCuda); }

World narrowed_to(const std::string& device, const World& world) {
  if (device.empty() || device == "cpu") return world;
  if (!names_gpu(device))
    throw Error(ErrorCode::usage, "device '" + device + "' is none of cpu, cuda and cuda:N");
  const auto number = board_number(device);
  if (!number) return world;
  const Environment& environment = *world.environment;
  auto visible_to_hip = one_of(device, *number, environment, kVisibleToHip);
  auto visible = one_of(device, *number, environment, kVisible);
  if (!visible) visible = std::to_string(*number);
  const auto narrowed =
      std::make_shared<Narrowed>(world, std::move(visible), std::move(visible_to_hip));
  World result = world;
  result.environment = narrowed.get();
  result.keeps = narrowed;
  return result;
}

}  // namespace isojoule
