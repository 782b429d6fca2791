// Which devices of a machine a variable such as CUDA_VISIBLE_DEVICES leaves.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace isojoule::detail {

/// A list of indices and of unique ids or beginnings of one, as CUDA and HIP read it: nothing
/// counts from the first entry on that names no device, or that could be either of two.
struct DeviceList {
  std::vector<std::size_t> places;  ///< among the devices, in the order of the list, each once
  bool by_index = false;            ///< one of them by its index
  std::string stopped_at;           ///< the entry that names no device; empty: all name one
};
DeviceList listed_devices(std::string_view list, const std::vector<std::string>& unique_ids);

}  // namespace isojoule::detail
