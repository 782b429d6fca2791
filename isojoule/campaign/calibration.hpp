// A profile of this machine from the trainings of a campaign.
#pragma once

#include <string>

#include "isojoule/record/machine_profile.hpp"
#include "isojoule/record/store.hpp"
#include "isojoule/workload/workload.hpp"

namespace isojoule {

/// The profile of a campaign's trainings of ours, all runs of each that are done. `name` "auto":
/// one made from the machine and its condition. Throws Error(bad_input) where no training is done
/// yet, and as StoreReader::record and make_profile do.
MachineProfile campaign_profile(const StoreReader& store, const CampaignEntry& campaign,
                                const std::string& name);

/// How it was trained, by what the training itself said of its threads: without being told, it
/// takes those that it may run on, which can be fewer than the machine has.
Training as_trained(const Record& record, const Training& asked);

/// A name for a profile of this host in this condition, of the characters that are allowed:
/// "intel-xeon-gold-6248-2threads".
std::string suggest_profile_name(const HostInfo& host, const Training& training);

/// The condition in words: "cpu, 2 threads".
std::string describe_condition(const Training& training);

}  // namespace isojoule
