#include "isojoule/run/measure_command.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "isojoule/mark/mark_listener.hpp"
#include "isojoule/meter/meter.hpp"
#include "isojoule/run/cpu_times.hpp"
#include "isojoule/run/detail/own_channels.hpp"
#include "isojoule/run/device.hpp"
#include "isojoule/run/process_group.hpp"
#include "isojoule/run/record_of_trace.hpp"
#include "isojoule/sensor/replay/replay.hpp"
#include "isojoule/sensor/sensor_types.hpp"
#include "isojoule/trace/trace_writer.hpp"

namespace isojoule {
namespace {

Subject subject_of(const std::unique_ptr<ProcessGroup>& group, const Child& child) {
  return {group ? group->path() : std::filesystem::path(), child.pid()};
}

bool has_gpu(const std::vector<std::unique_ptr<Sensor>>& sensors) {
  return std::ranges::any_of(sensors, [](const auto& sensor) {
    return std::ranges::any_of(sensor->channels(), [](const Channel& channel) {
      return channel.scope == Scope::gpu && !channel.is_gauge();
    });
  });
}

/// In delays of the slowest sensor. Of a shorter run a reading at its end shows too little: one
/// that shows its end is waited for.
constexpr double kTooShort = 3.0;

/// A command waits for its sensors no longer than this.
constexpr Duration kOpeningPatience = 2.5 * second;

/// Before the command starts nobody takes the signals that ask for the end.
void stop_if_asked() {
  if (const auto signal = asking_signal())
    throw StartError(128 + *signal, "stopped before the command started");
}

OpenedSensors open_all(const World& world, const Subject& subject, const MeasureOptions& options,
                       const NodeClaim& node) {
  OpenedSensors opened;
  if (options.replay) {
    opened.sensors.push_back(open_replay(world, *options.replay));
    return opened;
  }
  opened = open_sensors(world, subject, options.sensors, {kOpeningPatience, end_is_asked});
  stop_if_asked();
  if (!node.measures_node()) detail::leave_out_node(opened.sensors);
  if (names_gpu(options.device) && !has_gpu(opened.sensors))
    throw Error(ErrorCode::io,
                "device " + options.device + " cannot be measured; isojoule doctor shows why");
  return opened;
}

/// Removes a trace that holds nothing, unless told to keep it.
class TraceFile {
 public:
  TraceFile(Files& files, std::filesystem::path path) : files_(files), path_(std::move(path)) {}
  TraceFile(const TraceFile&) = delete;
  TraceFile& operator=(const TraceFile&) = delete;
  ~TraceFile() {
    if (!kept_) files_.remove(path_);
  }
  void keep() { kept_ = true; }
  const std::filesystem::path& path() const { return path_; }

 private:
  Files& files_;
  std::filesystem::path path_;
  bool kept_ = false;
};

struct Run {
  Instant begin;
  ChildEnd end;
  std::string work_elsewhere;  ///< empty: the command worked itself
};

/// How long it takes until a reading of every sensor shows what is now.
Duration delay_of(const TraceHeader& header) {
  Duration longest{};
  for (const TraceSource& source : header.sources)
    for (const Channel& channel : source.channels)
      if (!channel.is_gauge())
        longest = std::max(
            longest, channel.lag + channel.lag_half_width + channel.refresh.value_or(Duration{}));
  return longest;
}

void rest(const World& world, Meter& meter, Duration idle) {
  if (!(idle > Duration{})) return;
  meter.rest_began(world.clock->now());
  wait_unless_asked(world, idle);
  meter.rest_ended(world.clock->now());
}

/// Lets the child go and meters it to its end.
Run run_metered(const World& world, Child& child, Meter& meter, const MarkSocket& socket,
                const MeasureOptions& options, Duration delay) {
  MarkListener marks(socket, [&meter](const Mark& mark) { meter.mark(mark); });
  meter.start();
  rest(world, meter, options.idle);
  if (options.settle) wait_unless_asked(world, delay + options.period);
  stop_if_asked();
  const Instant begin = world.clock->now();
  meter.command_began(begin);
  if (options.begins) options.begins();
  const CpuTimes before = read_cpu_times(world);
  child.go();
  const ChildEnd end = child.wait(*world.clock);
  const CpuTimes after = read_cpu_times(world);
  if (options.ended) options.ended();
  meter.command_ended(end.time, end.exit_code, end.signal);
  marks.stop();
  if (!end.interrupted) {  // who asked for the end does not want to wait for a rest
    if (options.settle) {
      wait_unless_asked(world, delay + options.period);
    } else if (end.time - begin < kTooShort * delay) {
      wait_unless_asked(world, delay);  // the last reading is taken when the meter stops
    }
    rest(world, meter, options.idle);
  }
  meter.stop();
  return {begin, end, work_elsewhere(before, after, end.time - begin)};
}

/// A model of the CPU knows the command's own processes alone.
void caution_of_work_elsewhere(Measurement& whole, const std::string& caution) {
  if (caution.empty()) return;
  for (ChannelEnergy& energy : whole.channels)
    if (energy.channel.scope == Scope::package && energy.channel.kind == Kind::modelled)
      energy.caution += (energy.caution.empty() ? "" : "; ") + caution;
}

/// What is known of a run before it begins.
Record begun_record(const World& world, const std::vector<std::string>& command,
                    const MeasureOptions& options, const NodeClaim& node) {
  Record record;
  const auto wall = world.clock->wall();
  record.id = make_record_id(wall);
  record.created = format_utc(wall);
  record.version = options.version;
  record.workload = options.workload;
  record.command = command;
  record.outcome.state = CommandOutcome::State::cut_off;
  record.host = read_host_info(world);
  record.cost = options.cost;
  record.samples = options.samples;
  record.job = node.job();
  record.node_owner = node.owner();
  record.repeat = options.repeat;
  if (record.repeat && record.repeat->group.empty()) record.repeat->group = record.id;
  record.context = options.context;
  if (!options.device.empty()) record.context[kDeviceContext] = options.device;
  if (options.replay) record.context[kReplayContext] = options.replay->string();
  return record;
}

}  // namespace

std::vector<Channel> channels_of_a_run(const World& world) {
  const HeldSignals signals;
  const Child child(signals, {"true"}, {});  // never let go
  const std::unique_ptr<ProcessGroup> group = ProcessGroup::make(world, child.pid());
  std::vector<Channel> channels;
  for (const auto& sensor : open_sensors(world, subject_of(group, child)).sensors)
    channels.insert(channels.end(), sensor->channels().begin(), sensor->channels().end());
  return channels;
}

HostInfo host_now(const World& machine, const std::string& device) {
  const World world = narrowed_to(device, machine);
  HostInfo host = read_host_info(world);
  for (const auto& [type, probe] : probe_sensors(world)) {
    host.settings.insert(host.settings.end(), probe.settings.begin(), probe.settings.end());
  }
  host.gpus = gpu_names(channels_of_a_run(world));
  return host;
}

Record measure_command(const World& machine, const HeldSignals& signals,
                       const std::vector<std::string>& command, const MeasureOptions& options) {
  const World world = narrowed_to(options.device, machine);
  const auto node = options.node ? options.node : std::make_shared<const NodeClaim>(machine);
  Record record = begun_record(world, command, options, *node);

  // The child needs the socket's path, and the model of the CPU the child's cgroup: so the child is
  // made early, and waits.
  TraceFile trace(*world.files, options.trace_directory / (record.id + ".trace"));
  const MarkSocket socket(world);
  Child child(signals, command, {{kMarksVariable, socket.path().string()}}, options.output,
              options.life);
  const std::unique_ptr<ProcessGroup> group = ProcessGroup::make(world, child.pid());
  auto [sensors, unmeasured] = open_all(world, subject_of(group, child), options, *node);
  record.unmeasured = std::move(unmeasured);
  for (const auto& sensor : sensors)
    record.host.settings.insert(record.host.settings.end(), sensor->settings().begin(),
                                sensor->settings().end());
  TraceHeader header = trace_header(*world.clock, sensors, options.period, options.version);
  set_gains(header, options.gains, record.node_owner ? ComponentsHere::some : ComponentsHere::all);
  header.about = about_text(record);
  const auto writer = std::make_shared<TraceWriter>(*world.files, trace.path(), header);
  std::shared_ptr<TraceSink> sink = writer;
  if (options.live) {
    const auto live = std::make_shared<LiveReadings>(header);
    sink = std::make_shared<TraceTee>(std::vector<std::shared_ptr<TraceSink>>{writer, live});
    options.live(live);
  }
  Meter meter(world, std::move(sensors), sink, options.period);

  const auto [begin, end, elsewhere] =
      run_metered(world, child, meter, socket, options, delay_of(header));
  trace.keep();
  record.node_owner = node->owner();  // other ranks have come meanwhile
  record.outcome = {
      end.exit_code == 0 ? CommandOutcome::State::complete : CommandOutcome::State::incomplete,
      end.exit_code, end.signal, end.interrupted};
  const auto fault = [&record, &end](const std::string& message) {
    record.faults.push_back({FaultKind::fatal, end.time, "trace", message});
  };
  try {
    fill_from_trace(record, trace.path(), *world.files,
                    {TraceCommand::Edge::end, end.time, end.exit_code, end.signal});
    caution_of_work_elsewhere(record.whole, elsewhere);
  } catch (const std::exception& error) {
    // The command has run: what is known of it must not be lost with its readings.
    record.whole.elapsed = end.time - begin;
    fault(std::string("nothing could be measured: ") + error.what());
  }
  if (const std::string failure = writer->failure(); !failure.empty()) fault(failure);
  return record;
}

}  // namespace isojoule
