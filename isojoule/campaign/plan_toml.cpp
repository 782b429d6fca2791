#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#define TOML_ENABLE_FORMATTERS 0
#include <fmt/format.h>
#include <toml++/toml.h>

#include "isojoule/campaign/detail/take.hpp"
#include "isojoule/campaign/plan_file.hpp"
#include "isojoule/core/duration_text.hpp"
#include "isojoule/core/error.hpp"
#include "isojoule/workload/plan.hpp"

namespace isojoule {
namespace {

using detail::take;

/// A table of the file, each of whose keys must be asked for.
class Reader {
 public:
  Reader(const toml::table& table, std::string file) : table_(table), file_(std::move(file)) {}

  [[noreturn]] void refuse(const toml::node& node, const std::string& what) const {
    throw Error(ErrorCode::bad_input,
                fmt::format("plan '{}', line {}: {}", file_, node.source().begin.line, what));
  }

  /// As refuse, of the table as a whole.
  [[noreturn]] void refuse_whole(const std::string& what) const { refuse(table_, what); }

  /// Empty if the key is not there.
  const toml::node* find(const std::string& key) {
    asked_.push_back(key);
    return table_.get(key);
  }

  template <class T>
  std::optional<T> value(const std::string& key, const char* type) {
    const toml::node* node = find(key);
    if (node == nullptr) return std::nullopt;
    const std::optional<T> found = node->value<T>();
    if (!found) refuse(*node, key + " must be " + type);
    return found;
  }
  std::optional<std::string> text(const std::string& key) {
    return value<std::string>(key, "text in quotes");
  }
  /// A whole number of T, from `least` on.
  template <class T>
  std::optional<T> whole(const std::string& key, T least) {
    const toml::node* node = find(key);
    if (node == nullptr) return std::nullopt;
    const auto found = node->value_exact<std::int64_t>();
    if (!found || *found < static_cast<std::int64_t>(least) || !std::in_range<T>(*found))
      refuse(*node, fmt::format("{} must be a whole number of at least {}", key, least));
    return static_cast<T>(*found);
  }
  std::optional<double> share(const std::string& key) {
    const auto found = value<double>(key, "a number");
    if (found && !(*found >= 0.0 && std::isfinite(*found)))
      refuse(*table_.get(key), key + " must be a number that is not negative");
    return found;
  }
  std::optional<Duration> duration(const std::string& key) {
    const auto found = text(key);
    if (!found) return std::nullopt;
    const auto duration = duration_from_text(*found);
    if (!duration)
      refuse(*table_.get(key),
             fmt::format("{}: '{}' is no duration; write for example \"30s\"", key, *found));
    return duration;
  }
  std::vector<std::string> texts(const std::string& key) {
    std::vector<std::string> result;
    const toml::node* node = find(key);
    if (node == nullptr) return result;
    if (!node->is_array()) refuse(*node, key + " must be a list of texts");
    for (const toml::node& element : *node->as_array()) {
      const auto found = element.value_exact<std::string>();
      if (!found) refuse(element, key + " must be a list of texts");
      result.push_back(*found);
    }
    return result;
  }
  /// The tables of [[key]].
  std::vector<Reader> tables(const std::string& key) {
    std::vector<Reader> result;
    const toml::node* node = find(key);
    if (node == nullptr) return result;
    if (!node->is_array_of_tables()) refuse(*node, "write each of them as [[" + key + "]]");
    for (const toml::node& element : *node->as_array())
      result.emplace_back(*element.as_table(), file_);
    return result;
  }
  std::map<std::string, std::string> pairs(const std::string& key) {
    std::map<std::string, std::string> result;
    const toml::node* node = find(key);
    if (node == nullptr) return result;
    if (!node->is_table()) refuse(*node, key + " must be a table of texts");
    for (const auto& [name, element] : *node->as_table()) {
      const auto found = element.value_exact<std::string>();
      if (!found) refuse(element, key + " must be a table of texts");
      result.emplace(name.str(), *found);
    }
    return result;
  }

  /// Throws for a key that nobody asked for.
  void require_known() const {
    for (const auto& [key, node] : table_) {
      if (std::ranges::find(asked_, key.str()) == asked_.end())
        refuse(node, unknown_name("key", key.str(), asked_).what());
    }
  }

  /// Throws what is wrong with a value, naming its line.
  template <class Action>
  auto within(const std::string& key, Action action) const {
    try {
      return action();
    } catch (const Error& error) {
      refuse(*table_.get(key), error.what());
    }
  }

 private:
  const toml::table& table_;
  std::string file_;
  std::vector<std::string> asked_;
};

std::filesystem::path beside(const std::filesystem::path& file, const std::string& path) {
  return std::filesystem::absolute(file).parent_path() / path;
}

/// Keys that stand at the top for all trainings, and in [[workload]] for one.
void read_training(Reader& reader, const std::filesystem::path& file, Training& training) {
  take(training.protocol, reader.text("protocol"));
  take(training.mode, reader.text("mode"));
  take(training.precision, reader.text("precision"));
  take(training.steps, reader.whole<long>("steps", 1));
  take(training.warmup, reader.whole<long>("warmup", 0));
  take(training.at_least, reader.duration("at_least"));
  take(training.epochs, reader.whole<int>("epochs", 1));
  take(training.device, reader.text("device"));
  take(training.threads, reader.whole<int>("threads", 1));
  if (const auto data = reader.text("data")) training.data = beside(file, *data).lexically_normal();
}

CampaignItem read_workload(Reader& reader, const std::filesystem::path& file, Training training,
                           int repeats) {
  read_training(reader, file, training);
  take(repeats, reader.whole<int>("repeats", 1));
  const auto id = reader.text("id");
  reader.require_known();
  if (!id) reader.refuse_whole("each [[workload]] needs an id");
  return reader.within("id", [&] { return reference_item(*id, training, repeats); });
}

/// The words, begun by env(1), which goes to the directory (default: the file's) and sets the
/// variables.
std::vector<std::string> command_words(Reader& reader, const std::filesystem::path& file) {
  std::vector<std::string> words = reader.texts("run");
  const std::string directory = reader.text("directory").value_or("");
  const auto variables = reader.pairs("environment");
  if (words.empty()) return words;
  std::vector<std::string> command{"env", "-C",
                                   beside(file, directory).lexically_normal().string()};
  for (const auto& [name, value] : variables) command.push_back(name + "=" + value);
  command.insert(command.end(), words.begin(), words.end());
  return command;
}

CampaignItem read_command(Reader& reader, const std::filesystem::path& file, int repeats) {
  CampaignItem item;
  item.name = reader.text("name").value_or("");
  item.command = command_words(reader, file);
  item.device = reader.text("device").value_or("");
  item.samples = reader.whole<std::uint64_t>("samples", 1);
  item.repeats = reader.whole<int>("repeats", 1).value_or(repeats);
  const auto flops = reader.share("flops_per_sample");
  const auto parameters = reader.whole<std::uint64_t>("params", 1);
  if (flops && parameters) item.cost = Cost{"stated", *flops * flop, std::nullopt, *parameters};
  reader.require_known();
  if (flops.has_value() != parameters.has_value())
    reader.refuse_whole("flops_per_sample and params go together: a cost is both of them");
  return item;
}

void read_cooling(Reader& reader, Cooling& cooling) {
  take(cooling.longest, reader.duration("cooldown_at_most"));
  const auto text = reader.text("cooldown");
  if (!text) return;
  cooling.to_rest = *text == "rest";
  if (cooling.to_rest) return;
  const auto time = duration_from_text(*text);
  if (!time)
    reader.refuse(*reader.find("cooldown"),
                  "cooldown must be a duration such as \"30s\", or \"rest\": until the boards are "
                  "as cool as at the start");
  cooling.time = *time;
}

bool read_order(Reader& reader) {
  const std::string order = reader.text("order").value_or("random");
  if (order != "random" && order != "listed")
    reader.refuse(*reader.find("order"), "order must be \"random\" or \"listed\"");
  return order == "random";
}

WrittenPlan read_plan(Reader& reader, const std::filesystem::path& file) {
  WrittenPlan written;
  CampaignPlan& plan = written.plan;
  plan.name = reader.text("name").value_or(file.stem().string());
  Training& training = written.training;
  read_training(reader, file, training);
  take(plan.seed, reader.whole<std::uint64_t>("seed", 0));
  training.seed = plan.seed;
  take(written.repeats, reader.whole<int>("repeats", 1));
  plan.shuffled = read_order(reader);
  take(plan.idle, reader.duration("idle"));
  read_cooling(reader, plan.cooling);
  take(plan.contention.others, reader.share("others"));
  take(plan.contention.steal, reader.share("steal"));
  take(plan.contention.reruns, reader.whole<int>("reruns", 0));
  plan.profile = reader.text("profile").value_or("");
  for (const std::string& id : expand_plans(reader.texts("workloads")))
    plan.items.push_back(
        reader.within("workloads", [&] { return reference_item(id, training, written.repeats); }));
  for (Reader& workload : reader.tables("workload"))
    plan.items.push_back(read_workload(workload, file, training, written.repeats));
  for (Reader& command : reader.tables("command"))
    plan.items.push_back(read_command(command, file, written.repeats));
  reader.require_known();
  return written;
}

}  // namespace

WrittenPlan plan_from_toml(const std::string& text, const std::filesystem::path& file) {
  try {
    const toml::table table = toml::parse(text);
    Reader reader(table, file.string());
    return read_plan(reader, file);
  } catch (const toml::parse_error& error) {
    throw Error(ErrorCode::bad_input, fmt::format("plan '{}', line {}: {}", file.string(),
                                                  error.source().begin.line, error.description()));
  }
}

}  // namespace isojoule
