// shareable_list.cc - shareable_list.py, line by line.
#include <skein/multiprocessing/shared_memory.h>

#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "print.h"

using conformance::print;
using skein::None;
using skein::multiprocessing::shared_memory::Bytes;
using skein::multiprocessing::shared_memory::ShareableList;
using Item = ShareableList::Item;

Bytes b(std::string_view text) {
  const auto* const first = reinterpret_cast<const std::byte*>(text.data());
  return {first, first + text.size()};
}
std::string repr(const Item& item) { return item.repr(); }
std::string str(const ShareableList& list) {
  std::string all;
  for (const auto& item : list) all += (all.empty() ? "" : ", ") + item.repr();
  return "[" + all + "]";
}

int main() {
  using std::string_literals::operator""s;
  ShareableList a({"howdy", b("HoWdY"), -273.154, 100, None, true, 42, "", b(""), "12345678", false});
  print{"items:", str(a)};
  print{"len:", a.size()};
  print{"format:", a.format()};
  print{"from the end:", repr(a[-1]), repr(a[-11])};

  a[2] = -78.5;
  print{"a float:", repr(a[2]), a.format()};
  a[2] = "dry ice";
  print{"a str in its place:", repr(a[2]), a.format()};
  a[2] = b("8 bytes!");
  print{"bytes:", repr(a[2]), a.format()};
  a[2] = None;
  print{"None:", repr(a[2]), a.format()};
  a[0] = "12345678";
  print{"as long as there is room:", repr(a[0])};
  a[0] = "";
  a[9] = "now it has 15..";
  print{"the room of 8 characters is 16:", repr(a[9])};
  a[3] = std::numeric_limits<std::int64_t>::max();
  a[6] = std::numeric_limits<std::int64_t>::min();
  print{"64 bits:", repr(a[3]), repr(a[6])};
  a[3] = true;
  a[6] = 1;
  print{"items:", str(a)};

  print{"count 1:", a.count(1)};
  print{"count True:", a.count(true)};
  print{"count 1.0:", a.count(1.0)};
  print{"count '':", a.count("")};
  print{"count b'':", a.count(b(""))};
  print{"count None:", a.count(None)};
  print{"count 7:", a.count(7)};
  print{"index None:", a.index(None)};
  print{"index 1:", a.index(1)};
  print{"index 0.0:", a.index(0.0)};

  // Another list on the same block.
  ShareableList other({.name = a.shm().name()});
  print{"attached:", str(other) == str(a), other.size(), other.format() == a.format()};
  other[6] = "other";
  print{"seen:", repr(a[6])};
  other.shm().close();

  // Zeros at the end are lost.
  ShareableList c({"a\0b"s, "c\0"s, b("\0\0"s), b("d\0"s)});
  print{"zeros:", str(c)};
  ShareableList numbers({1e16, 1e-5, 0.1, 1e100, -0.0, 123456789.0, std::int64_t{1} << 53});
  print{"numbers:", str(numbers)};
  numbers.shm().unlink();
  ShareableList empty(std::vector<Item>{});
  print{"empty:", str(empty), empty.size(), repr(empty.format()), empty.shm().size()};
  ShareableList quotes({"it's", "say \"so\"", "both ' and \"", "new\nline\t\\", b("\0\xff'"s), "äö"});
  print{"quotes:", str(quotes)};
  ShareableList d({1, "a", None}, {.name = "skc_list_repr"});
  print{d.repr()};
  for (const auto& each : {a, c, empty, quotes, d}) {
    each.shm().close();
    each.shm().unlink();
  }
}
