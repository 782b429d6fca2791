#include "isojoule/cost/detail/require_sizes.hpp"

#include <string>

#include "isojoule/core/error.hpp"

namespace isojoule::detail {
namespace {

void require_positive(std::uint64_t value, const char* what) {
  if (value == 0)
    throw Error(ErrorCode::bad_input, std::string("a model needs at least 1 of its ") + what);
}

struct Checker {
  void operator()(const Mlp& mlp) const {
    require_positive(mlp.layers, "layers");
    require_positive(mlp.hidden, "hidden units");
  }
  void operator()(const Cnn& cnn) const {
    require_positive(cnn.layers, "layers");
    require_positive(cnn.channels, "channels");
  }
  void operator()(const Rnn& rnn) const {
    require_positive(rnn.layers, "layers");
    require_positive(rnn.hidden, "hidden units");
  }
  void operator()(const Crnn& crnn) const {
    require_positive(crnn.conv_layers, "convolutional layers");
    require_positive(crnn.recurrent_layers, "recurrent layers");
    require_positive(crnn.channels, "channels");
    require_positive(crnn.hidden, "hidden units");
  }
};

}  // namespace

void require_sizes(const Architecture& architecture, const Task& task) {
  require_positive(task.bands, "bands");
  require_positive(task.frames, "frames");
  require_positive(task.labels, "labels");
  std::visit(Checker{}, architecture);
}

}  // namespace isojoule::detail
