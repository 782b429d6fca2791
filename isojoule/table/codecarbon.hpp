// Observations from CodeCarbon's emissions.csv, of any of its versions.
#pragma once

#include <istream>
#include <string>
#include <string_view>

#include "isojoule/table/observation.hpp"

namespace isojoule {

/// Whose energy: the columns gpu_energy, cpu_energy, ram_energy, energy_consumed.
enum class CodeCarbonEnergy { gpu, cpu, ram, all };

/// "gpu", "cpu", "ram", "all"; throws Error(unknown_name).
CodeCarbonEnergy codecarbon_energy_from_string(std::string_view text);

/// Which columns are taken.
struct CodeCarbonChoice {
  CodeCarbonEnergy energy = CodeCarbonEnergy::gpu;
  std::string workload;  ///< column; empty: project_name if there is one, else experiment_id
  std::string hardware;  ///< column; empty: gpu_model where it says one, else cpu_model
};

/// Reads by header, never by position. Energies come in kWh and leave in joules; `run` is run_id.
/// A factor PUE that the row states is divided out again, which is noted.
///
/// A missing energy, with a note, is: an empty cell; zero, which CodeCarbon writes also for a
/// component that it cannot read; energy_consumed of a row that names a GPU without energy of it.
/// Noted as well: a run that stands on several rows (its energies are sums from the start, no
/// repeats), and energies of components that do not add up to energy_consumed.
///
/// Faults: a row whose length is not the header's (written by another version: its columns are
/// shifted), an energy (asked for or not), duration or PUE that is no number or
/// negative, a workload or hardware that is empty. Throws as
/// read_observations_csv.
TableSummary read_codecarbon(std::istream& in, const std::string& where,
                             const CodeCarbonChoice& choice, const ObservationSinks& sinks);

}  // namespace isojoule
