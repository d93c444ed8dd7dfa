#include "context_map.h"

#include <bit>
#include <memory>
#include <new>
#include <utility>

namespace skein::inline v0::internal {

// One allocation with its entries behind it.
struct ContextNode {
  union Entry {
    ContextNode* node;
    const ContextValue* value;
  };

  // With entries that the caller fills in before anything can throw.
  static Ref<ContextNode> make(std::uint32_t values, std::uint32_t nodes) {
    const auto count = static_cast<std::size_t>(std::popcount(values | nodes));
    void* const room = ::operator new(sizeof(ContextNode) + count * sizeof(Entry));
    auto* const made = ::new (room) ContextNode{{1}, values, nodes};
    std::uninitialized_fill_n(made->entries(), count, Entry{.node = nullptr});
    return Ref<ContextNode>::adopt(made);
  }

  [[nodiscard]] Entry* entries() noexcept { return reinterpret_cast<Entry*>(this + 1); }
  [[nodiscard]] const Entry* entries() const noexcept { return reinterpret_cast<const Entry*>(this + 1); }
  // `bit` is one of `values | nodes`.
  [[nodiscard]] Entry& at(std::uint32_t bit) noexcept { return entries()[index(bit)]; }
  [[nodiscard]] const Entry& at(std::uint32_t bit) const noexcept { return entries()[index(bit)]; }
  [[nodiscard]] int index(std::uint32_t bit) const noexcept { return std::popcount((values | nodes) & (bit - 1)); }

  // Gives this new node what `from` has in the slots `which`.
  void share_from(const ContextNode& from, std::uint32_t which) noexcept {
    for (std::uint32_t rest = which; rest != 0; rest &= rest - 1) {
      const std::uint32_t bit = rest & -rest;
      const Entry entry = from.at(bit);
      if ((from.values & bit) != 0) {
        retain(entry.value);
      } else {
        retain(entry.node);
      }
      at(bit) = entry;
    }
  }

  mutable Atomic<std::uint64_t> references;
  std::uint32_t values;  // Slots that hold a value,
  std::uint32_t nodes;   // or a node. No slot holds both.
};
static_assert(alignof(ContextNode::Entry) <= alignof(ContextNode));
static_assert(alignof(ContextNode) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);

void retain(const ContextNode* node) noexcept { node->references.fetch_add(1); }

// Recursion is at most as deep as the trie: 13 levels.
void release(const ContextNode* node) noexcept {
  if (!drop_reference(node->references)) return;
  for (std::uint32_t rest = node->values | node->nodes; rest != 0; rest &= rest - 1) {
    const std::uint32_t bit = rest & -rest;
    const ContextNode::Entry entry = node->at(bit);
    if ((node->values & bit) != 0) {
      release(entry.value);
    } else {
      release(entry.node);
    }
  }
  node->~ContextNode();
  ::operator delete(const_cast<ContextNode*>(node));
}

namespace {

constexpr int kBits = 5;

std::uint32_t bit_of(std::uint64_t id, int shift) noexcept {
  return std::uint32_t{1} << ((id >> shift) & ((1 << kBits) - 1));
}

std::uint64_t id_of(const ContextValue* value) noexcept { return value->var()->id(); }

const ContextValue* retained(const ContextValue* value) noexcept {
  retain(value);
  return value;
}

// The node for two values that share all slots above `shift`.
Ref<ContextNode> node_of_two(const ContextValue* a, const ContextValue* b, int shift) {
  const std::uint32_t bit_a = bit_of(id_of(a), shift);
  const std::uint32_t bit_b = bit_of(id_of(b), shift);
  if (bit_a == bit_b) {
    auto below = node_of_two(a, b, shift + kBits);
    auto node = ContextNode::make(0, bit_a);
    node->at(bit_a).node = below.leave();
    return node;
  }
  auto node = ContextNode::make(bit_a | bit_b, 0);
  node->at(bit_a).value = retained(a);
  node->at(bit_b).value = retained(b);
  return node;
}

Ref<ContextNode> with(const ContextNode* node, const ContextValue* value, int shift) {
  const std::uint32_t bit = bit_of(id_of(value), shift);
  if (node == nullptr) {
    auto made = ContextNode::make(bit, 0);
    made->at(bit).value = retained(value);
    return made;
  }
  const std::uint32_t others = (node->values | node->nodes) & ~bit;
  if ((node->nodes & bit) != 0 || ((node->values & bit) != 0 && id_of(node->at(bit).value) != id_of(value))) {
    auto below = (node->nodes & bit) != 0 ? with(node->at(bit).node, value, shift + kBits)
                                          : node_of_two(node->at(bit).value, value, shift + kBits);
    auto made = ContextNode::make(node->values & ~bit, node->nodes | bit);
    made->share_from(*node, others);
    made->at(bit).node = below.leave();
    return made;
  }
  auto made = ContextNode::make(node->values | bit, node->nodes);
  made->share_from(*node, others);
  made->at(bit).value = retained(value);
  return made;
}

// What is left of `node`; empty if nothing is.
Ref<ContextNode> without(const ContextNode* node, std::uint64_t id, int shift) {
  const std::uint32_t bit = bit_of(id, shift);
  const std::uint32_t others = (node->values | node->nodes) & ~bit;
  if ((node->values & bit) != 0) {
    if (others == 0) return {};
    auto made = ContextNode::make(node->values & ~bit, node->nodes);
    made->share_from(*node, others);
    return made;
  }
  auto below = without(node->at(bit).node, id, shift + kBits);
  // A node with one value and nothing else is not kept below another: its value moves up.
  if (below && below->nodes == 0 && std::popcount(below->values) == 1) {
    auto made = ContextNode::make(node->values | bit, node->nodes & ~bit);
    made->share_from(*node, others);
    made->at(bit).value = retained(below->at(below->values).value);
    return made;
  }
  auto made = ContextNode::make(node->values, node->nodes);
  made->share_from(*node, others);
  made->at(bit).node = below.leave();  // Never empty: below the root no node has had just one value.
  return made;
}

std::size_t count(const ContextNode* node) noexcept {
  auto total = static_cast<std::size_t>(std::popcount(node->values));
  for (std::uint32_t rest = node->nodes; rest != 0; rest &= rest - 1) total += count(node->at(rest & -rest).node);
  return total;
}

void collect(const ContextNode* node, std::vector<const ContextValue*>& into) {
  for (std::uint32_t rest = node->values | node->nodes; rest != 0; rest &= rest - 1) {
    const std::uint32_t bit = rest & -rest;
    if ((node->values & bit) != 0) {
      into.push_back(node->at(bit).value);
    } else {
      collect(node->at(bit).node, into);
    }
  }
}

}  // namespace

const ContextValue* ContextMap::find(std::uint64_t id) const noexcept {
  const ContextNode* node = root_.get();
  for (int shift = 0; node != nullptr; shift += kBits) {
    const std::uint32_t bit = bit_of(id, shift);
    if ((node->values & bit) != 0) {
      const ContextValue* const value = node->at(bit).value;
      return id_of(value) == id ? value : nullptr;
    }
    node = (node->nodes & bit) != 0 ? node->at(bit).node : nullptr;
  }
  return nullptr;
}

bool ContextMap::replace(Ref<const ContextValue>& value) noexcept {
  const std::uint64_t id = id_of(value.get());
  ContextNode* node = root_.get();
  for (int shift = 0; node != nullptr && node->references.load() == 1; shift += kBits) {
    const std::uint32_t bit = bit_of(id, shift);
    if ((node->values & bit) != 0) {
      const ContextValue*& place = node->at(bit).value;
      if (id_of(place) != id) return false;
      const ContextValue* const old = std::exchange(place, value.leave());
      value = Ref<const ContextValue>::adopt(old);
      return true;
    }
    node = (node->nodes & bit) != 0 ? node->at(bit).node : nullptr;
  }
  return false;
}

ContextMap ContextMap::with(const Ref<const ContextValue>& value) const {
  return ContextMap(internal::with(root_.get(), value.get(), 0));
}

ContextMap ContextMap::without(std::uint64_t id) const { return ContextMap(internal::without(root_.get(), id, 0)); }

std::size_t ContextMap::count() const noexcept { return root_ ? internal::count(root_.get()) : 0; }

std::vector<const ContextValue*> ContextMap::values() const {
  std::vector<const ContextValue*> all;
  if (root_) collect(root_.get(), all);
  return all;
}

}  // namespace skein::inline v0::internal
