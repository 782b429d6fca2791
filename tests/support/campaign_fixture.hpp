// A campaign in a folder of its own, for tests of what runs one.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "isojoule/campaign/campaign.hpp"

#include "support/fake_world.hpp"
#include "support/memory_store.hpp"

namespace isojoule {

/// Real commands on the real clock, over a made counter. Each run leaves its name in a file.
class CampaignTest : public ::testing::Test {
 protected:
  CampaignTest() {
    world_.root = fake_.root();
    fake_.write("/sys/class/powercap/intel-rapl:0/name", "package-0\n");
    fake_.write("/sys/class/powercap/intel-rapl:0/energy_uj", "1000000\n");
    fake_.write("/sys/class/powercap/intel-rapl:0/max_energy_range_uj", "262143328850\n");
    options_.measure.trace_directory = fake_.root() / "traces";
    options_.measure.period = 10.0 * millisecond;
    options_.measure.output = ChildOutput::nowhere;
    plan_.name = "made";
    plan_.shuffled = false;
  }

  void add(const std::string& name, const std::string& script, int repeats = 1) {
    CampaignItem item;
    item.name = name;
    item.command = {"sh", "-c", "echo " + name + " >> " + runs_.string() + "; " + script};
    item.repeats = repeats;
    plan_.items.push_back(item);
  }
  void set_trainer(const std::string& script) {
    options_.trainer = fake_.root() / "trainer";
    fake_.write("/trainer", "#!/bin/sh\n" + script);
    std::filesystem::permissions(options_.trainer, std::filesystem::perms::owner_all);
  }
  CampaignEnd run(const std::string& id) {
    Forecast forecast(plan_, {});
    CampaignEvents events;
    events.disturbed = [this](const CampaignItem&, const Disturbance& disturbance) {
      disturbed_.push_back(disturbance.signs.front());
    };
    events.remark = [this](const std::string& text) { remarks_.push_back(text); };
    return run_campaign(world_, store_, store_.campaign(id), options_, forecast, events);
  }
  CampaignEnd begin_and_run() {
    id_ = begin_campaign(store_, *world_.clock, plan_).id;
    return run(id_);
  }
  std::string runs() { return read_text(runs_).value_or(""); }
  std::vector<std::string> cells() {
    std::vector<std::string> texts;
    for (const CampaignCell& cell : store_.campaign(id_).cells)
      texts.push_back(cell.workload + " " + std::to_string(cell.repeat) + " " +
                      std::string(to_string(cell.state)) +
                      (cell.reason.empty() ? "" : ": " + cell.reason));
    return texts;
  }
  std::size_t traces() {
    std::error_code ignored;
    const std::filesystem::directory_iterator entries(options_.measure.trace_directory, ignored);
    return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
  }

  FakeWorld fake_;
  World world_ = real_world();
  std::filesystem::path runs_ = fake_.root() / "runs";
  MemoryStore store_{fake_.root() / "data"};
  CampaignPlan plan_;
  CampaignOptions options_;
  std::string id_;
  std::vector<std::string> disturbed_;
  std::vector<std::string> remarks_;
};

}  // namespace isojoule
