#include "isojoule/onnx/count_onnx.hpp"

#include <gtest/gtest.h>
