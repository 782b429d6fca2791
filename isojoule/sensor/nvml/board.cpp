#include "isojoule/sensor/nvml/board.hpp"

#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/sensor/nvml/fields.hpp"
#include "isojoule/sensor/nvml/generations.hpp"

namespace isojoule::nvml {
namespace {

// Above the board's highest power limit, because transients of up to twice the limit are known.
constexpr double kTransientFactor = 2.0;

constexpr unsigned int kEnabled = 1;     // nvmlEnableState_t, and NVML_DEVICE_MIG_ENABLE
constexpr unsigned int kVirtualGpu = 2;  // NVML_GPU_VIRTUALIZATION_MODE_VGPU

std::optional<unsigned int> first_of(PairQuery* query, Device device) {
  unsigned int now = 0;
  unsigned int later = 0;
  if (call(query, device, &now, &later) != Result::success) return std::nullopt;
  return now;
}

std::optional<unsigned int> answer_of(Query* query, Device device) {
  unsigned int answer = 0;
  if (call(query, device, &answer) != Result::success) return std::nullopt;
  return answer;
}

/// The first number of the driver's version.
std::optional<unsigned int> driver_of(const Api& api) {
  std::array<char, 96> text{};
  if (call(api.driver_version, text.data(), static_cast<unsigned int>(text.size() - 1)) !=
      Result::success)
    return std::nullopt;
  unsigned int driver = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), driver);
  return error == std::errc{} ? std::optional(driver) : std::nullopt;
}

/// The answers of a board to everything that it may be asked of energy and power.
struct Answers {
  FieldValue energy{.field = field::total_energy};
  FieldValue instant{.field = field::instant_power};
  FieldValue average{.field = field::average_power};
  FieldValue module_instant{.field = field::instant_power, .scope = scope::module};
  FieldValue module_average{.field = field::average_power, .scope = scope::module};
  FieldValue module_limit{.field = field::greatest_power, .scope = scope::module};
  FieldValue memory_instant{.field = field::instant_power, .scope = scope::memory};
  FieldValue memory_average{.field = field::average_power, .scope = scope::memory};
};

Answers ask_everything(const Api& api, Device device) {
  Answers answers;
  constexpr std::array kMembers{&Answers::energy,         &Answers::instant,
                                &Answers::average,        &Answers::module_instant,
                                &Answers::module_average, &Answers::module_limit,
                                &Answers::memory_instant, &Answers::memory_average};
  std::array<FieldValue, kMembers.size()> values;
  for (std::size_t i = 0; i < kMembers.size(); ++i) values[i] = answers.*kMembers[i];
  ask(api, device, values);
  for (std::size_t i = 0; i < kMembers.size(); ++i) answers.*kMembers[i] = values[i];
  return answers;
}

std::optional<std::uint64_t> count_of(const FieldValue& answer) {
  std::uint64_t count = 0;
  if (take_count(answer, count) != Result::success) return std::nullopt;
  return count;
}

std::optional<Power> bound_of(std::optional<std::uint64_t> milliwatts) {
  if (milliwatts.value_or(0) == 0) return std::nullopt;  // no limit at all, or none that is told
  return kTransientFactor * static_cast<double>(*milliwatts) * milliwatt;
}

std::optional<Power> power_bound(const Api& api, Device device) {
  unsigned int least = 0;
  unsigned int most = 0;
  if (call(api.power_limits, device, &least, &most) != Result::success &&
      call(api.enforced_power_limit, device, &most) != Result::success)
    return std::nullopt;
  return bound_of(most);
}

/// Chooses among a board's answers and adds their channels.
class Finder {
 public:
  Finder(const Session& session, Board& board, BoardSurvey& survey)
      : session_(session),
        api_(session.api()),
        board_(board),
        survey_(survey),
        kind_{answer_of(api_.architecture, board.device), board.name, driver_of(api_)},
        superchip_(superchip(board.name)),
        answers_(ask_everything(api_, board.device)),
        bound_(power_bound(api_, board.device)) {}

  void find() {
    find_energy();
    find_power();
    find_memory();
    find_module();
    if (abilities_.empty()) {
      survey_.text =
          fmt::format("neither energy ({}) nor power ({})", session_.describe(energy_trouble_),
                      session_.describe(power_trouble_));
      return;
    }
    find_gauges_of_board();
    survey_.text = fmt::format("{}{}{}", fmt::join(abilities_, ", "),
                               abilities_.size() == 1 ? " only" : "", notes_);
  }

 private:
  Channel make_channel(const char* quantity, Scope in_scope,
                       std::variant<Energy, Power, Gauge> unit) const {
    Channel channel;
    channel.id = fmt::format("nvml:{}:{}", board_.uuid, quantity);
    channel.component = "gpu-" + board_.uuid;
    channel.label = board_.name;
    channel.scope = in_scope;
    channel.unit = std::move(unit);
    if (!channel.is_gauge()) channel.max_power = bound_;
    if (in_scope == Scope::gpu_memory) {
      channel.component = "gpu-memory-" + board_.uuid;
      channel.label += ", its memory";
    } else if (in_scope == Scope::module) {
      channel.component = "module-" + board_.uuid;
      channel.label += ", the whole module";
      channel.max_power = bound_of(count_of(answers_.module_limit));
    }
    return channel;
  }

  std::size_t add(Channel channel) {
    survey_.channels.push_back(std::move(channel));
    return survey_.channels.size() - 1;
  }

  void add_field(const FieldValue& answer, Channel channel) {
    board_.fields.push_back({.field = answer.field, .scope = answer.scope});
    board_.field_channels.push_back(add(std::move(channel)));
  }

  void find_energy() {
    std::uint64_t count = 0;
    energy_trouble_ = take_count(answers_.energy, count);
    const bool is_field = energy_trouble_ == Result::success;
    if (!is_field) energy_trouble_ = call_for_count(api_.total_energy, board_.device, count);
    if (energy_trouble_ != Result::success) return;
    if (superchip_ == Superchip::two_gpus) {
      notes_ +=
          "; its energy counter is left out, as it is not known whether it is of the GPU or "
          "of the module";
      return;
    }
    const bool of_module = superchip_ == Superchip::one_gpu;
    Channel channel = of_module ? make_channel("module-energy", Scope::module, millijoule)
                                : make_channel("energy", Scope::gpu, millijoule);
    describe_counter(channel);
    abilities_.push_back(of_module ? "energy counter of the whole module" : "energy counter");
    if (is_field) {
      add_field(answers_.energy, std::move(channel));
    } else {
      board_.energy = add(std::move(channel));
    }
  }

  Channel make_power(const char* quantity, PowerReading reading) const {
    Channel channel = make_channel(quantity, Scope::gpu, milliwatt);
    describe_power(channel, kind_, reading);
    return channel;
  }

  /// Of memory and modules it is not published how their power comes about.
  Channel make_unknown_power(const char* quantity, Scope in_scope) const {
    Channel channel = make_channel(quantity, in_scope, milliwatt);
    channel.caveat = "over how long this power is averaged is not known";
    return channel;
  }

  void find_power() {
    const bool has_instant = count_of(answers_.instant).has_value();
    const bool has_average = count_of(answers_.average).has_value();
    std::uint64_t count = 0;
    if (has_instant) {
      add_field(answers_.instant, make_power("power-instant", PowerReading::instant));
    } else {
      power_trouble_ = call_for_count(api_.power_usage, board_.device, count);
      if (power_trouble_ == Result::success)
        board_.power = add(make_power("power", PowerReading::usage));
    }
    if (has_average)
      add_field(answers_.average, make_power("power-average", PowerReading::average));
    if (has_instant || has_average || board_.power) abilities_.push_back("power");
  }

  /// A part draws less than the whole. A library that does not know of scopes gives the whole
  /// board's power for each of them, and a board that does not tell may answer 0.
  static bool is_part(const FieldValue& part, const FieldValue& whole) {
    const auto of_part = count_of(part);
    return of_part && *of_part > 0 && *of_part < count_of(whole).value_or(0);
  }

  void find_memory() {
    const bool is_instant = is_part(answers_.memory_instant, answers_.instant);
    if (!is_instant && !is_part(answers_.memory_average, answers_.average)) return;
    add_field(is_instant ? answers_.memory_instant : answers_.memory_average,
              make_unknown_power("memory-power", Scope::gpu_memory));
    abilities_.push_back("power of its memory");
  }

  void find_module() {
    if (superchip_ != Superchip::one_gpu) return;
    const bool is_instant = is_part(answers_.instant, answers_.module_instant);
    if (!is_instant && !is_part(answers_.average, answers_.module_average)) return;
    add_field(is_instant ? answers_.module_instant : answers_.module_average,
              make_unknown_power("module-power", Scope::module));
    abilities_.push_back("power of the whole module");
  }

  void find_gauges_of_board() {
    for (HeldGauge& gauge : find_gauges(api_, board_.device, survey_.cgroup, survey_.now)) {
      Channel channel = make_channel(gauge.quantity().c_str(), Scope::gpu, gauge.gauge());
      channel.refresh = HeldGauge::kPeriod;
      board_.gauges.push_back({std::move(gauge), add(std::move(channel))});
    }
  }

  const Session& session_;
  const Api& api_;
  Board& board_;
  BoardSurvey& survey_;
  BoardKind kind_;
  Superchip superchip_;
  Answers answers_;
  std::optional<Power> bound_;
  Result energy_trouble_ = Result::success;
  Result power_trouble_ = Result::success;
  std::vector<std::string> abilities_;
  std::string notes_;
};

/// What a profile of the machine depends on: " (ECC on, persistence mode off)".
std::string settings_of(const Api& api, Device device) {
  std::vector<std::string> settings;
  const auto add = [&settings](const char* name, std::optional<unsigned int> state) {
    if (state) settings.push_back(fmt::format("{} {}", name, *state == kEnabled ? "on" : "off"));
  };
  add("ECC", first_of(api.ecc_mode, device));
  add("persistence mode", answer_of(api.persistence_mode, device));
  return settings.empty() ? "" : fmt::format(" ({})", fmt::join(settings, ", "));
}

/// What else a profile of the machine depends on.
void add_settings(const Api& api, const Board& board, std::vector<MachineSetting>& settings) {
  const std::string part = "gpu-" + board.uuid;
  const auto add = [&](const char* name, std::string value) {
    settings.push_back({part, name, std::move(value)});
  };
  const auto add_switch = [&](const char* name, std::optional<unsigned int> state) {
    if (state) add(name, *state == kEnabled ? "on" : "off");
  };
  const auto add_clock = [&](const char* name, unsigned int domain) {
    unsigned int megahertz = 0;
    if (call(api.applications_clock, board.device, domain, &megahertz) == Result::success ||
        call(api.max_clock, board.device, domain, &megahertz) == Result::success)
      add(name, fmt::format("{} MHz", megahertz));
  };
  if (const auto milliwatts = answer_of(api.enforced_power_limit, board.device))
    add("power limit", fmt::format("{} W", static_cast<double>(*milliwatts) * 1e-3));
  add_clock("SM clock", 1);  // nvmlClockType_t
  add_clock("memory clock", 2);
  add_switch("ECC", first_of(api.ecc_mode, board.device));
  add_switch("MIG", first_of(api.mig_mode, board.device));
}

}  // namespace

void find_readings(const Session& session, Board& board, BoardSurvey& survey) {
  const Api& api = session.api();
  add_settings(api, board, survey.settings);
  if (first_of(api.mig_mode, board.device) == kEnabled) {
    survey.text =
        "divided by MIG: its parts have no energy of their own, and the whole board's is "
        "not that of a job on one of them";
    survey.remedy = "sudo nvidia-smi -i " + board.uuid + " -mig 0, while nobody uses the board";
    return;
  }
  if (answer_of(api.virtualization_mode, board.device) == kVirtualGpu) {
    survey.text = "a virtual GPU: others share its board, and what it reports is not its own";
    survey.remedy = "measure on the host, or have the whole board passed through";
    return;
  }
  Finder(session, board, survey).find();
  survey.text += settings_of(api, board.device);
}

}  // namespace isojoule::nvml
