#include "isojoule/core/workload_id.hpp"

using namespace isojoule;

WorkloadId wrong = std::string("cnn-2x128");
