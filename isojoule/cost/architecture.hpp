// The shapes of the reference architectures for audio tagging.
//
// Clips of bands x frames mel magnitudes are tagged with labels (docs/method.md). Whatever a
// model's shape decides (pooled sizes, length of a sequence) is decided here, once, for the cost
// rules and for whoever builds the model.
#pragma once

#include <cstdint>
#include <variant>

namespace isojoule {

/// What goes in and out of a model, for one clip.
struct Task {
  std::uint64_t bands = 128;
  std::uint64_t frames = 64;
  std::uint64_t labels = 10;

  friend bool operator==(const Task&, const Task&) = default;
};

/// Flatten; Linear(bands * frames, hidden) + ReLU; layers - 1 times Linear(hidden, hidden) + ReLU;
/// Linear(hidden, labels).
struct Mlp {
  std::uint64_t layers = 1;
  std::uint64_t hidden = 1;
  friend bool operator==(const Mlp&, const Mlp&) = default;
};

/// layers times [Conv2d 3x3, stride 1, padding 1, to `channels`; ReLU; MaxPool 2x2]; flatten;
/// Linear(channels * pooled bands * pooled frames, labels).
struct Cnn {
  std::uint64_t layers = 1;
  std::uint64_t channels = 1;
  friend bool operator==(const Cnn&, const Cnn&) = default;
};

/// The clip as a sequence of one step; GRU(bands * frames, hidden, layers); Linear(hidden, labels).
struct Rnn {
  std::uint64_t layers = 1;
  std::uint64_t hidden = 1;
  friend bool operator==(const Rnn&, const Rnn&) = default;
};

/// The convolutions of a Cnn; their output viewed, without a permute, as a sequence of
/// pooled bands * pooled frames steps of `channels` values; GRU(channels, hidden,
/// recurrent_layers); Linear(hidden, labels) on the last step.
struct Crnn {
  std::uint64_t conv_layers = 1;
  std::uint64_t recurrent_layers = 1;
  std::uint64_t channels = 1;
  std::uint64_t hidden = 1;
  friend bool operator==(const Crnn&, const Crnn&) = default;
};

using Architecture = std::variant<Mlp, Cnn, Rnn, Crnn>;

/// A plane of values: one channel between two convolutions.
struct Plane {
  std::uint64_t bands = 0;
  std::uint64_t frames = 0;
  friend bool operator==(const Plane&, const Plane&) = default;
};

/// The plane that is left after `layers` 2x2 poolings, each rounding down. Throws Error(bad_input)
/// if nothing is left: 128 x 64 can be pooled 6 times.
Plane pooled(const Task& task, std::uint64_t layers);

}  // namespace isojoule
