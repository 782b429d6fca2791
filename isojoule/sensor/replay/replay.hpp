// See README.md in this folder.
#pragma once

#include <filesystem>
#include <memory>

#include "isojoule/core/world.hpp"
#include "isojoule/sensor/sensor.hpp"

namespace isojoule {

/// A sensor whose channels and readings come from a trace. The recording begins with the first poll
/// and goes on at its own speed on `world.clock`: a poll gives the last readings that had been made
/// by then. After the last one polls answer an `ended` fault, once with the last readings. Kinds
/// and scopes stay as they were recorded. Throws as TraceReader does, and Error(bad_input) for a
/// trace without channels.
std::unique_ptr<Sensor> open_replay(const World& world, const std::filesystem::path& trace);

}  // namespace isojoule
