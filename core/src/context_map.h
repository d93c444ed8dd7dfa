// The table of a context: from variables to values, persistent: a changed table shares all but one
// path of nodes with the one that it was made from.
//
// A trie over the variables' numbers, five bits a level from the low end. A node has 32 slots, of
// which only those in use take room; each holds a value or a node below. Numbers are never given
// twice, so two values part at some level and there are no collisions; and as they are given in
// sequence, programs with few variables have one node.
//
//      node  values  0b0010'0010   in slots 1 and 5: values
//            nodes   0b1000'0000   in slot 7: a node
//            entries [value, value, node]
//
// Nodes and values are counted. Whoever has the only reference to a table may write to its nodes
// (replace()); every other change makes new ones.
#ifndef SKEIN_CORE_SRC_CONTEXT_MAP_H_
#define SKEIN_CORE_SRC_CONTEXT_MAP_H_

#include <skein/core/internal/context_value.h>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace skein::inline v0::internal {

struct ContextNode;
void retain(const ContextNode* node) noexcept;
void release(const ContextNode* node) noexcept;

// Copying takes one atomic step. Threads: as an int.
class ContextMap {
 public:
  ContextMap() noexcept = default;
  // How many values there are, by counting.
  [[nodiscard]] std::size_t count() const noexcept;
  // The value under the number `id`; nullptr if there is none.
  [[nodiscard]] const ContextValue* find(std::uint64_t id) const noexcept;
  // If this is the only reference to a table that has a value under the number of `value`:
  // exchanges the two and returns true.
  bool replace(Ref<const ContextValue>& value) noexcept;
  // This table with `value` in it, in place of what is there.
  [[nodiscard]] ContextMap with(const Ref<const ContextValue>& value) const;
  // This table without what is under the number `id`; there must be something.
  [[nodiscard]] ContextMap without(std::uint64_t id) const;
  // All values.
  [[nodiscard]] std::vector<const ContextValue*> values() const;
  // One store to each.
  friend void swap(ContextMap& a, ContextMap& b) noexcept { swap(a.root_, b.root_); }
  [[nodiscard]] bool same_as(const ContextMap& other) const noexcept { return root_.get() == other.root_.get(); }

 private:
  explicit ContextMap(Ref<ContextNode> root) noexcept : root_(std::move(root)) {}

  // All there is, so that a map changes by one store. Empty if there are no values.
  Ref<ContextNode> root_;
};

}  // namespace skein::inline v0::internal

#endif  // SKEIN_CORE_SRC_CONTEXT_MAP_H_
