#include "isojoule/run/measure_command.hpp"

#include <chrono>
#include <exception>
#include <utility>

#include "isojoule/mark/mark_listener.hpp"
#include "isojoule/meter/measure_trace.hpp"
#include "isojoule/meter/meter.hpp"
#include "isojoule/run/process_group.hpp"
#include "isojoule/sensor/replay/replay.hpp"
#include "isojoule/sensor/sensor_types.hpp"
#include "isojoule/trace/trace_writer.hpp"

namespace isojoule {
namespace {

Subject subject_of(const std::unique_ptr<ProcessGroup>& group) {
  return {group ? group->path() : std::filesystem::path()};
}

std::vector<std::unique_ptr<Sensor>> open_all(const World& world, const Subject& subject,
                                              const MeasureOptions& options) {
  if (!options.replay) return open_sensors(world, subject, options.sensors);
  std::vector<std::unique_ptr<Sensor>> sensors;
  sensors.push_back(open_replay(world, *options.replay));
  return sensors;
}

/// Names of the boards that were measured, each once.
std::vector<std::string> gpu_names(const Measurement& measurement) {
  std::map<std::string, std::string> by_component;
  for (const ChannelEnergy& channel : measurement.channels) {
    if (channel.channel.scope == Scope::gpu)
      by_component[channel.channel.component] = channel.channel.label;
  }
  std::vector<std::string> names;
  for (const auto& [component, name] : by_component) names.push_back(name);
  return names;
}

std::int64_t unix_milliseconds(std::chrono::system_clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

/// Removes a trace that holds nothing, unless told to keep it.
class TraceFile {
 public:
  explicit TraceFile(std::filesystem::path path) : path_(std::move(path)) {}
  TraceFile(const TraceFile&) = delete;
  TraceFile& operator=(const TraceFile&) = delete;
  ~TraceFile() {
    std::error_code ignored;
    if (!kept_) std::filesystem::remove(path_, ignored);
  }
  void keep() { kept_ = true; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  bool kept_ = false;
};

struct Run {
  Instant begin;
  ChildEnd end;
};

/// Lets the child go and meters it to its end.
Run run_metered(const World& world, Child& child, Meter& meter, const MarkSocket& socket) {
  MarkListener marks(socket, [&meter](const Mark& mark) { meter.mark(mark); });
  meter.start();
  const Instant begin = world.clock->now();
  meter.command_began(begin);
  child.go();
  const ChildEnd end = child.wait(*world.clock);
  meter.command_ended(end.time, end.exit_code, end.signal);
  marks.stop();
  meter.stop();
  return {begin, end};
}

/// Throws as measure_trace does, and then leaves the record as it was.
void fill_from_trace(Record& record, const std::filesystem::path& trace) {
  TraceMeasurement measured = measure_trace(trace);
  record.trace = trace.string();
  record.whole = std::move(measured.whole);
  record.faults = std::move(measured.faults);
  record.host.gpus = gpu_names(record.whole);
  for (NamedMeasurement& window : measured.windows)
    record.windows.push_back({window.name, window.begin - measured.begin,
                              std::move(window.measurement), std::move(window.attributes),
                              std::move(window.doubt)});
}

}  // namespace

std::vector<Channel> channels_of_a_run(const World& world) {
  const HeldSignals signals;
  const Child child(signals, {"true"}, {});  // never let go
  const std::unique_ptr<ProcessGroup> group = ProcessGroup::make(world, child.pid());
  std::vector<Channel> channels;
  for (const auto& sensor : open_sensors(world, subject_of(group)))
    channels.insert(channels.end(), sensor->channels().begin(), sensor->channels().end());
  return channels;
}

Record measure_command(const World& world, const HeldSignals& signals,
                       const std::vector<std::string>& command, const MeasureOptions& options) {
  Record record;
  const auto wall = world.clock->wall();
  record.id = make_record_id(unix_milliseconds(wall));
  record.created = format_utc(wall);
  record.version = options.version;
  record.workload = options.workload;
  record.command = command;
  record.host = read_host_info(world);
  record.cost = options.cost;
  record.context = options.context;
  if (options.replay) record.context[kReplayContext] = options.replay->string();

  // The child needs the socket's path, and the model of the CPU the child's cgroup: so the child is
  // made early, and waits.
  TraceFile trace(options.trace_directory / (record.id + ".trace"));
  const MarkSocket socket(*world.environment);
  Child child(signals, command, {{kMarksVariable, socket.path().string()}}, options.output);
  const std::unique_ptr<ProcessGroup> group = ProcessGroup::make(world, child.pid());
  std::vector<std::unique_ptr<Sensor>> sensors = open_all(world, subject_of(group), options);
  const TraceHeader header = trace_header(*world.clock, sensors, options.period, options.version);
  const auto writer = std::make_shared<TraceWriter>(trace.path(), header);
  std::shared_ptr<TraceSink> sink = writer;
  if (options.live) {
    const auto live = std::make_shared<LiveReadings>(header);
    sink = std::make_shared<TraceTee>(std::vector<std::shared_ptr<TraceSink>>{writer, live});
    options.live(live);
  }
  Meter meter(world, std::move(sensors), sink, options.period);

  const auto [begin, end] = run_metered(world, child, meter, socket);
  trace.keep();
  record.outcome = {
      end.exit_code == 0 ? CommandOutcome::State::complete : CommandOutcome::State::incomplete,
      end.exit_code, end.signal};
  const auto fault = [&record, &end](const std::string& message) {
    record.faults.push_back({FaultKind::fatal, end.time, "trace", message});
  };
  try {
    fill_from_trace(record, trace.path());
  } catch (const std::exception& error) {
    // The command has run: what is known of it must not be lost with its readings.
    record.whole.elapsed = end.time - begin;
    fault(std::string("nothing could be measured: ") + error.what());
  }
  if (const std::string failure = writer->failure(); !failure.empty()) fault(failure);
  return record;
}

}  // namespace isojoule
