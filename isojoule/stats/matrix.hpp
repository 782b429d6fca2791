// A table of numbers, column by column.
#pragma once

#include <cassert>
#include <cstddef>
#include <span>
#include <vector>

namespace isojoule {

/// rows x columns numbers, owned, each column contiguous. One row is one observation, one column
/// one regressor.
class Matrix {
 public:
  Matrix() = default;

  /// All zero.
  Matrix(std::size_t rows, std::size_t columns)
      : rows_(rows), columns_(columns), values_(rows * columns) {}

  std::size_t rows() const { return rows_; }
  std::size_t columns() const { return columns_; }

  double& operator()(std::size_t row, std::size_t column) { return values_[column * rows_ + row]; }
  double operator()(std::size_t row, std::size_t column) const {
    return values_[column * rows_ + row];
  }

  std::span<double> column(std::size_t c) { return {values_.data() + c * rows_, rows_}; }
  std::span<const double> column(std::size_t c) const {
    return {values_.data() + c * rows_, rows_};
  }

  /// A copy of one row.
  std::vector<double> row(std::size_t r) const {
    std::vector<double> copy(columns_);
    copy_row(r, copy);
    return copy;
  }

  /// Copies one row to `copy`, of as many numbers as there are columns: for many rows in turn.
  void copy_row(std::size_t r, std::span<double> copy) const {
    assert(copy.size() == columns_);
    for (std::size_t c = 0; c < columns_; ++c) copy[c] = (*this)(r, c);
  }

  /// All numbers, the first column first.
  std::span<const double> values() const { return values_; }

 private:
  std::size_t rows_ = 0;
  std::size_t columns_ = 0;
  std::vector<double> values_;
};

}  // namespace isojoule
