#include "isojoule/workload/workload.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "isojoule/core/error.hpp"
#include "isojoule/cost/deepspeed.hpp"

namespace isojoule {
namespace {

/// The published configurations, spelled out: they are no full product of layers and sizes.
const std::array<Architecture, 43> kReferenceArchitectures{{
    Mlp{1, 512},          Mlp{1, 1024},         Mlp{4, 1024},          Mlp{1, 2048},
    Mlp{4, 2048},         Mlp{4, 4096},         Mlp{6, 4096},          Mlp{10, 4096},
    Mlp{16, 4096},        Mlp{32, 4096},        Cnn{1, 128},           Cnn{1, 256},
    Cnn{1, 512},          Cnn{1, 1024},         Cnn{2, 128},           Cnn{2, 256},
    Cnn{2, 384},          Cnn{6, 384},          Cnn{2, 512},           Cnn{2, 768},
    Cnn{6, 768},          Cnn{2, 1024},         Rnn{1, 128},           Rnn{1, 512},
    Rnn{1, 1024},         Rnn{4, 1024},         Rnn{6, 1024},          Rnn{1, 2048},
    Rnn{2, 2048},         Rnn{4, 2048},         Rnn{6, 2048},          Rnn{10, 2048},
    Rnn{14, 2048},        Crnn{1, 1, 64, 64},   Crnn{2, 1, 64, 64},    Crnn{1, 2, 64, 64},
    Crnn{1, 1, 256, 64},  Crnn{1, 1, 512, 256}, Crnn{1, 2, 512, 256},  Crnn{1, 2, 1024, 256},
    Crnn{2, 1, 512, 256}, Crnn{2, 2, 728, 256}, Crnn{2, 2, 1024, 256},
}};

/// What an id looks like for each architecture, in the order of the variant.
struct Grammar {
  std::string_view name;
  std::string_view form;
  std::string_view example;
  std::size_t parts;  ///< numbers on either side of the 'x'
};
constexpr std::array<Grammar, std::variant_size_v<Architecture>> kGrammars{{
    {"mlp", "mlp-LAYERSxHIDDEN", "mlp-4x1024", 1},
    {"cnn", "cnn-LAYERSxCHANNELS", "cnn-2x128", 1},
    {"rnn", "rnn-LAYERSxHIDDEN", "rnn-1x2048", 1},
    {"crnn", "crnn-CONV_LAYERS.RECURRENT_LAYERSxCHANNELS.HIDDEN", "crnn-2.1x512.256", 2},
}};

/// The grammar that `id` begins as; nullptr if there is none.
const Grammar* grammar_of(std::string_view id) {
  const std::string_view name = id.substr(0, id.find('-'));
  if (name.size() == id.size()) return nullptr;
  const auto found = std::ranges::find(kGrammars, name, &Grammar::name);
  return found == kGrammars.end() ? nullptr : &*found;
}

[[noreturn]] void throw_bad_id(std::string_view id, const std::string& what) {
  throw Error(ErrorCode::bad_input, "workload '" + std::string(id) + "': " + what);
}

[[noreturn]] void throw_bad_form(std::string_view id, const Grammar& grammar) {
  throw_bad_id(id, "must read " + std::string(grammar.form) + " with whole numbers, as in " +
                       std::string(grammar.example));
}

/// One number of an id: "1", "128".
std::uint64_t parse_number(std::string_view id, const Grammar& grammar, std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.empty() || !std::ranges::all_of(text, is_digit)) throw_bad_form(id, grammar);
  if (text == "0") throw_bad_id(id, "layers and sizes must be at least 1");
  if (text.front() == '0')
    throw_bad_id(id, "write '" + std::string(text) + "' without leading zeros");
  std::uint64_t number = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc{})
    throw_bad_id(id, std::string(text) + " is too large for a number of layers or units");
  return number;
}

/// The numbers of "2" or "2.1": grammar.parts of them.
std::vector<std::uint64_t> parse_side(std::string_view id, const Grammar& grammar,
                                      std::string_view text) {
  std::vector<std::uint64_t> numbers;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find('.', start), text.size());
    numbers.push_back(parse_number(id, grammar, text.substr(start, end - start)));
    start = end + 1;
  }
  if (numbers.size() != grammar.parts) throw_bad_form(id, grammar);
  return numbers;
}

Architecture parse_architecture(std::string_view id, const Grammar& grammar) {
  const std::string_view sizes = id.substr(grammar.name.size() + 1);
  const std::size_t cross = sizes.find('x');
  if (cross == std::string_view::npos) throw_bad_form(id, grammar);
  const std::vector<std::uint64_t> layers = parse_side(id, grammar, sizes.substr(0, cross));
  const std::vector<std::uint64_t> units = parse_side(id, grammar, sizes.substr(cross + 1));
  if (grammar.name == "mlp") return Mlp{layers[0], units[0]};
  if (grammar.name == "cnn") return Cnn{layers[0], units[0]};
  if (grammar.name == "rnn") return Rnn{layers[0], units[0]};
  return Crnn{layers[0], layers[1], units[0], units[1]};
}

Workload make_workload(std::string_view id, const Architecture& architecture) {
  try {
    return Workload{WorkloadId(std::string(id)), architecture, deepspeed_cost(architecture)};
  } catch (const Error& error) {
    throw_bad_id(id, error.what());
  }
}

Error unknown_reference(std::string_view id) {
  std::vector<std::string> known;
  for (const Workload& workload : reference_workloads()) known.push_back(workload.id.name());
  return unknown_name("workload", id, known);
}

void add_precision(const std::string& precision, std::vector<std::string>& command) {
  constexpr std::string_view kMixed = "amp-";
  if (precision == "float32") return;
  if (precision == "tf32") {
    command.emplace_back("--tf32");
  } else if (precision == "amp-float16" || precision == "amp-bfloat16") {
    command.emplace_back("--amp");
    command.push_back(precision.substr(kMixed.size()));
  } else {
    static const std::vector<std::string> kKnown{"float32", "tf32", "amp-float16", "amp-bfloat16"};
    throw unknown_name("precision", precision, kKnown);
  }
}

}  // namespace

std::span<const Workload> reference_workloads() {
  static const std::vector<Workload> workloads = [] {
    std::vector<Workload> all;
    for (const Architecture& architecture : kReferenceArchitectures)
      all.push_back(make_workload(workload_name(architecture), architecture));
    return all;
  }();
  return workloads;
}

const Workload& find_reference_workload(std::string_view id) {
  const auto named = [id](const Workload& workload) { return workload.id.name() == id; };
  const auto found = std::ranges::find_if(reference_workloads(), named);
  if (found == reference_workloads().end()) throw unknown_reference(id);
  return *found;
}

std::optional<Workload> recognise_workload(std::string_view name) {
  const Grammar* grammar = grammar_of(name);
  if (grammar == nullptr) return std::nullopt;
  return make_workload(name, parse_architecture(name, *grammar));
}

Workload parse_workload(std::string_view id) {
  if (std::optional<Workload> workload = recognise_workload(id)) return *std::move(workload);
  std::string forms;
  for (const Grammar& grammar : kGrammars) {
    if (!forms.empty()) forms += ", ";
    forms += grammar.form;
  }
  throw Error(ErrorCode::unknown_name,
              std::string(unknown_reference(id).what()) + " (forms: " + forms + ")");
}

std::string_view architecture_name(const Architecture& architecture) {
  return kGrammars[architecture.index()].name;
}

std::string workload_name(const Architecture& architecture) {
  struct Sizes {
    static std::string pair(std::uint64_t layers, std::uint64_t units) {
      return std::to_string(layers) + "x" + std::to_string(units);
    }
    std::string operator()(const Mlp& mlp) const { return pair(mlp.layers, mlp.hidden); }
    std::string operator()(const Cnn& cnn) const { return pair(cnn.layers, cnn.channels); }
    std::string operator()(const Rnn& rnn) const { return pair(rnn.layers, rnn.hidden); }
    std::string operator()(const Crnn& crnn) const {
      return std::to_string(crnn.conv_layers) + "." + pair(crnn.recurrent_layers, crnn.channels) +
             "." + std::to_string(crnn.hidden);
    }
  };
  return std::string(architecture_name(architecture)) + "-" + std::visit(Sizes{}, architecture);
}

std::vector<std::string> training_command(const Training& training) {
  std::vector<std::string> command{training.trainer.string(), "--workload", training.workload};
  const auto add = [&command](const char* option, std::string value) {
    command.emplace_back(option);
    command.push_back(std::move(value));
  };
  if (training.protocol == "paper") {
    add("--protocol", training.protocol);
    add("--epochs", std::to_string(training.epochs));
  } else {
    add("--steps", std::to_string(training.steps));
    add("--warmup", std::to_string(training.warmup));
  }
  add("--device", training.device);
  if (training.threads) add("--threads", std::to_string(*training.threads));
  add("--seed", std::to_string(training.seed));
  if (training.mode != "train") add("--mode", training.mode);
  if (training.at_least > Duration{} && training.protocol != "paper")
    add("--at-least", std::to_string(training.at_least.in(second)));
  if (!training.data.empty()) add("--data", training.data.string());
  add_precision(training.precision, command);
  return command;
}

}  // namespace isojoule
