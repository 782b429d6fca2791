// What other programs answered, as the scripts of this folder wrote it down.
#pragma once

#include <fstream>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "isojoule/stats/matrix.hpp"

namespace isojoule::oracle {

/// The answers in tests/oracle/`name`.
inline nlohmann::json answers(const std::string& name) {
  std::ifstream file(std::string(ISOJOULE_ORACLE) + "/" + name);
  if (!file) throw std::runtime_error("no " + name + " in " ISOJOULE_ORACLE);
  return nlohmann::json::parse(file);
}

/// Those to one question. A copy: a loop may run over what this returns.
inline nlohmann::json answers(const std::string& name, const std::string& question) {
  return answers(name).at(question);
}

inline std::vector<double> numbers(const nlohmann::json& array) {
  return array.get<std::vector<double>>();
}

inline Matrix from_columns(std::span<const std::vector<double>> columns) {
  Matrix matrix(columns.empty() ? 0 : columns.front().size(), columns.size());
  for (std::size_t c = 0; c < columns.size(); ++c)
    for (std::size_t r = 0; r < matrix.rows(); ++r) matrix(r, c) = columns[c][r];
  return matrix;
}

/// The columns that `features`, such as "energy+flops+params", means in a table of workloads.
inline Matrix features(const nlohmann::json& workloads, const std::string& features) {
  std::vector<std::vector<double>> columns{numbers(workloads.at("energy"))};
  if (features.find("flops") != std::string::npos)
    columns.push_back(numbers(workloads.at("flops")));
  if (features.find("params") != std::string::npos)
    columns.push_back(numbers(workloads.at("parameters")));
  return from_columns(columns);
}

}  // namespace isojoule::oracle
