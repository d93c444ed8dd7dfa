// shareable_list_errors.cc - shareable_list_errors.py, line by line.
#include <skein/multiprocessing/shared_memory.h>
#include <unistd.h>

#include <string>
#include <string_view>
#include <vector>

#include "print.h"
#include "replace.h"

using conformance::outcome;
using conformance::print;
using conformance::replaced;
using skein::None;
using skein::multiprocessing::shared_memory::Bytes;
using skein::multiprocessing::shared_memory::ShareableList;
using Item = ShareableList::Item;

const std::string name = "skc_list_" + std::to_string(::getpid());

template <class Call>
std::string said(Call call) {
  return replaced(outcome(call), name, "NAME");
}
Bytes b(std::string_view text) {
  const auto* const first = reinterpret_cast<const std::byte*>(text.data());
  return {first, first + text.size()};
}
std::string str(const ShareableList& list) {
  std::string all;
  for (const auto& item : list) all += (all.empty() ? "" : ", ") + item.repr();
  return "[" + all + "]";
}

int main() {
  ShareableList a({"seven", 7, None, b("bytes")}, {.name = name});
  const auto put = [&a](std::int64_t position, const Item& value) { a[position] = value; };
  print{"[4]:", said([&] { return Item(a[4]).repr(); })};
  print{"[100]:", said([&] { return Item(a[100]).repr(); })};
  print{"[4] = 1:", said([&] { put(4, 1); })};
  print{"[100] = 1:", said([&] { put(100, 1); })};

  print{"too long:", said([&] { put(0, "123456789"); })};
  print{"too long, bytes:", said([&] { put(3, b("123456789")); })};
  print{"too long for an int's place:", said([&] { put(1, "123456789"); })};
  print{"too long for None's:", said([&] { put(2, b("123456789")); })};
  print{"nothing has changed:", str(a), a.format()};

  for (const Item& value : std::vector<Item>{8, "nope", b("no\xff"), 1e16, 0.5, false, "it's"}) {
    print{"index:", said([&] { return a.index(value); })};
  }

  print{"10 million characters:", said([] { ShareableList({std::string(10'000'000, 'x')}); })};
  print{"missing:", replaced(said([] { ShareableList({.name = name + "_other"}); }), "NAME_other", "NAME")};
  print{"taken:", said([] { ShareableList({1}, {.name = name}); })};
  print{"still the old one:", str(ShareableList({.name = name}))};
  a.shm().unlink();
  print{"its name is gone:", said([] { ShareableList({.name = name}); })};
  print{"it is not:", str(a)};
  a.shm().close();
}
