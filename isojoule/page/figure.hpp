// What to show: a figure as a value, before anyone decides how to draw it.
//
// A small grammar: columns of data, layers of marks whose channels name columns, two axes, a facet,
// and the columns that a reader picks a value of. Vega-Lite draws it on a page (vega_lite.hpp),
// gnuplot for print (print.hpp), and CSV and JSON give its data (table_data.hpp).
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace isojoule {

using TextValues = std::vector<std::string>;
using NumberValues = std::vector<std::optional<double>>;

struct DataColumn {
  std::string name;   ///< of ASCII letters, digits and '_': "energy_j"
  std::string title;  ///< for people, with its unit: "energy on V100, J"
  std::variant<TextValues, NumberValues> values;

  bool is_text() const { return std::holds_alternative<TextValues>(values); }
  const TextValues& texts() const { return std::get<TextValues>(values); }
  const NumberValues& numbers() const { return std::get<NumberValues>(values); }
};

/// Columns of equal length; another length is a bug.
struct DataTable {
  std::vector<DataColumn> columns;

  std::size_t rows() const;
  /// nullptr if there is none of that name.
  const DataColumn* find(std::string_view name) const;
  /// A name that is not there is a bug.
  const DataColumn& column(std::string_view name) const;
};

enum class Glyph {
  point,
  line,      ///< through the rows in the order of x
  stairs,    ///< likewise, y staying as it is until the next x
  interval,  ///< a bar from (x, y) to (x, y2), or to (x2, y)
  bar,       ///< from 0 to y
  span,      ///< the whole height from x to x2, shaded
  ring,      ///< around a point, to mark it
};

/// Whether it joins the rows.
inline bool is_path(Glyph glyph) { return glyph == Glyph::line || glyph == Glyph::stairs; }

/// Channels name columns; an empty name leaves the channel out.
struct Layer {
  Glyph glyph;
  std::string x;
  std::string y = {};
  std::string x2 = {};
  std::string y2 = {};
  std::string colour = {};  ///< a text column whose values are those of the figure's key
  std::string where = {};   ///< draws only rows that hold a text here
};

enum class Scale {
  linear,
  logarithmic,  ///< what is not positive is not drawn, and the figure says so
  symmetric,    ///< sign(x) ln(1 + |x|): far negative values beside those up to 1
  category,     ///< texts, in the order of their first row
};

struct Axis {
  std::string title;  ///< with its unit
  Scale scale = Scale::linear;
  bool from_zero = false;                ///< 0 is shown, wherever the data begin
  bool tight = false;                    ///< it ends where the data do, not at a round number
  std::optional<double> cut_below = {};  ///< what lies below runs into the edge
};

/// One value of the key. Values of the same kind (a family, a machine, a rule) have the same colour
/// and marker in every figure of a document: see Keyring.
struct KeyEntry {
  std::string value;
  std::size_t place;  ///< in the palette and the list of markers, from 0
};

/// A column that the reader chooses a value of; the figure shows the rows with that value.
struct Picker {
  std::string column;
  std::string label;
  std::string initial;
};

struct Figure {
  std::string id;     ///< of ASCII letters, digits and '-'; unique in a document
  std::string title;  ///< "Figure 1. ..."
  std::string caption;
  std::string alternative;                ///< in words, for who does not see it
  std::shared_ptr<const DataTable> data;  ///< may be shared by several figures
  std::vector<Layer> layers;
  Axis x;
  Axis y;
  std::string facet = {};      ///< a column: one panel for each of its values
  std::string key_title = {};  ///< of the column that gives colours
  std::vector<KeyEntry> key = {};
  bool side_by_side = false;   ///< on a category axis: values of the key beside each other
  bool identity_line = false;  ///< x = y, on the same scale of both axes
  std::vector<Picker> pickers = {};
};

/// How one figure alone is written.
struct FigureOptions {
  int columns = 1;                  ///< of a two-column paper: 85 mm for one, 176 mm for two
  std::vector<Picker> chosen = {};  ///< values of pickers; see each renderer for the others
};

/// The choice of a value in one of the figure's pickers. Throws Error(unknown_name), with near
/// names, for a column that is not picked from and for a value that is not in the data.
Picker choose(const Figure& figure, const std::string& column, const std::string& value);

/// Whether the key already tells what stands on a category axis: in narrow panels its labels would
/// run into each other.
bool is_told_by_key(const Figure& figure);

/// Rows that the pickers' values choose, as places in the figure's data. `chosen` gives values of
/// some pickers, in the form column -> value; the others have their initial one.
std::vector<std::size_t> picked_rows(const Figure& figure, const std::vector<Picker>& chosen);

/// The different texts of a column, in the order of their first row.
std::vector<std::string> distinct(const TextValues& texts);

/// Gives each value of a kind its place, in the order in which they are first asked for.
class Keyring {
 public:
  std::vector<KeyEntry> entries(const std::string& kind, const std::vector<std::string>& values);

 private:
  std::vector<std::pair<std::string, std::vector<std::string>>> kinds_;
};

/// Colours safe for the colour-blind (Okabe and Ito 2008), as "#RRGGBB": without black, which is
/// not seen on a dark page, and with a grey for their yellow, which is not seen on a white one.
const std::vector<std::string>& palette();

}  // namespace isojoule
