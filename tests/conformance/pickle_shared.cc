// pickle_shared.cc - pickle_shared.py, line by line.
#include <skein/pickle.h>

#include <memory>
#include <utility>
#include <vector>

#include "print.h"

namespace pickle = skein::pickle;
using conformance::print;

namespace {

struct Node {
  int value = 0;
  std::shared_ptr<Node> next;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(value, next);
  }
};
std::shared_ptr<Node> node(int value, std::shared_ptr<Node> next = nullptr) {
  return std::make_shared<Node>(value, std::move(next));
}

template <class T>
T copy(const T& value) {
  return pickle::loads<T>(pickle::dumps(value));
}

}  // namespace

int main() {
  const auto shared = node(1);
  const auto [a, b] = copy(std::pair(shared, shared));
  print{"twice the same:", a == b, a == shared, a->value};
  a->value = 5;
  print{"changed:", b->value, shared->value};

  const auto [c, d] = copy(std::pair(node(1), node(1)));
  print{"two equal ones:", c == d};

  print{"two pickles:", copy(shared) == copy(shared)};

  const auto first = node(1);
  first->next = node(2, first);
  const auto ring = copy(first);
  print{"ring:", ring->value, ring->next->value, ring->next->next == ring};
  first->next = nullptr;
  ring->next = nullptr;

  auto own = node(3);
  own->next = own;
  const auto own_copy = copy(own);
  print{"itself:", own_copy->value, own_copy->next == own_copy};
  own->next = nullptr;
  own_copy->next = nullptr;

  const auto nodes = copy(std::vector{shared, node(2, shared), {}, shared});
  print{"in a list:", nodes[0] == nodes[3], nodes[1]->next == nodes[0], nodes[2] == nullptr};

  std::shared_ptr<Node> chain;
  for (int i = 0; i < 100; ++i) chain = node(i, chain);
  chain = copy(chain);
  int length = 0;
  for (; chain; chain = chain->next) ++length;
  print{"chain:", length};
}
