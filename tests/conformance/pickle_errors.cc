// pickle_errors.cc - pickle_errors.py, line by line. What is refused when Python runs is refused when this compiles.
#include <skein/core/errors.h>
#include <skein/pickle.h>
#include <skein/queue.h>
#include <skein/threading.h>

#include <concepts>
#include <cstddef>
#include <exception>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "print.h"

namespace pickle = skein::pickle;
namespace queue = skein::queue;
namespace threading = skein::threading;
using conformance::outcome;
using conformance::print;

namespace {

template <class T>
constexpr bool refused() {
  return !pickle::Picklable<T>;
}
template <class Call>
bool refused(const Call& call) {
  try {
    call();
    return false;
  } catch (const std::exception&) {
    return true;
  }
}

template <class Call>
std::tuple<bool, bool> error_of(const Call& call) {
  try {
    call();
    return {false, false};
  } catch (const pickle::PickleError& e) {
    return {std::derived_from<pickle::PickleError, std::exception>, e.what() != std::string()};
  }
}

// A hook that throws: its own exception comes out, unchanged.
struct Troublesome {
  bool save_throws = false;
  bool load_throws = false;
  template <class Archive>
  void save(Archive& archive) const {
    if (save_throws) throw skein::ValueError("not to be saved");
    archive(save_throws, load_throws);
  }
  template <class Archive>
  void load(Archive& archive) {
    archive(save_throws, load_throws);
    if (load_throws) throw skein::KeyError("'load'");
  }
};

template <class T>
std::string journey(const T& value) {
  static_cast<void>(pickle::loads<T>(pickle::dumps(value)));
  return "arrived";
}

// Too deep.
struct Node {
  std::unique_ptr<Node> inside;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(inside);
  }
};

std::unique_ptr<Node> nested(int levels) {
  std::unique_ptr<Node> node;
  for (int i = 0; i < levels; ++i) node = std::make_unique<Node>(std::move(node));
  return node;
}
// Without a recursion as deep as the chain.
void take_down(std::unique_ptr<Node> node) {
  while (node) node = std::move(node->inside);
}

}  // namespace

int main() {
  print{"hierarchy:", std::derived_from<pickle::PicklingError, pickle::PickleError>,
        std::derived_from<pickle::UnpicklingError, pickle::PickleError>};
  print{"and both:", std::derived_from<pickle::PicklingError, pickle::UnpicklingError>};

  // What belongs to one process.
  print{"Lock:", refused<threading::Lock>()};
  print{"Thread:", refused<threading::Thread>()};
  print{"Condition:", refused<threading::Condition>()};
  print{"Queue:", refused<queue::Queue<int>>()};
  print{"in a list:", refused<std::vector<threading::Lock>>()};
  print{"in a dict:", refused<std::map<std::string, threading::Lock>>()};

  // Bytes that are none.
  using List = std::vector<int>;
  const std::vector<std::byte> whole = pickle::dumps(List{1, 2, 3});
  print{"whole:", outcome([&] { return pickle::loads<List>(whole); })};
  print{"nothing:", refused([] { static_cast<void>(pickle::loads<List>({})); })};
  bool all = true;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    all = all && refused([&] { static_cast<void>(pickle::loads<List>(std::span(whole).first(size))); });
  }
  print{"cut off:", all};
  print{"text:", error_of([] { static_cast<void>(pickle::loads<List>(std::vector(100, std::byte{'x'}))); })};
  print{"still whole:", outcome([&] { return pickle::loads<List>(whole); })};

  for (int round = 0; round < 2; ++round) {
    print{"saving:", outcome([] { return journey(Troublesome{true, false}); })};
    print{"loading:", outcome([] { return journey(Troublesome{false, true}); })};
    print{"saving one of three:", outcome([] { return journey(std::vector<Troublesome>{{}, {true, false}, {}}); })};
    print{"loading one of three:", outcome([] { return journey(std::vector<Troublesome>{{}, {false, true}, {}}); })};
    print{"neither:", outcome([] { return journey(Troublesome{}); })};
  }

  print{"100 levels:", outcome([] { return journey(nested(100)); })};
  auto deep = nested(100000);
  print{"100000 levels:", refused([&] { static_cast<void>(pickle::dumps(deep)); })};
  take_down(std::move(deep));
  print{"100 levels again:", outcome([] { return journey(nested(100)); })};
}
