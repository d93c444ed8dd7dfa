// skein/asyncio/internal/ready.h - what the loop runs, in the order of its coming.
#ifndef SKEIN_ASYNCIO_INTERNAL_READY_H_
#define SKEIN_ASYNCIO_INTERNAL_READY_H_

namespace skein::inline v0::internal {

class LoopFuture;
struct ReadyNode;

// What a kind of node does.
struct ReadyKind {
  // May end the node's life. Lets nothing out but what ends the loop: KeyboardInterrupt, SystemExit, a forced unwind.
  void (*run)(ReadyNode*);
  // It will never be run: the loop is closed, or it was cancelled.
  void (*discard)(ReadyNode*) noexcept;
  // The future that it was registered with is done, and it is about to be queued. nullptr: nothing to do.
  void (*settled)(ReadyNode*, LoopFuture&) noexcept = nullptr;
};

// Something that is to be run once: the next step of a task, a callback. Linked in at most one list at a time.
struct ReadyNode {
  explicit ReadyNode(const ReadyKind& which) noexcept : kind(which) {}
  ReadyNode(const ReadyNode&) = delete;
  ReadyNode& operator=(const ReadyNode&) = delete;

  ReadyNode* next = nullptr;
  const ReadyKind& kind;
};

// First in, first out.
class ReadyList {
 public:
  [[nodiscard]] bool empty() const noexcept { return first_ == nullptr; }
  void push_back(ReadyNode& node) noexcept {
    node.next = nullptr;
    (first_ != nullptr ? last_->next : first_) = &node;
    last_ = &node;
  }
  // Must not be empty.
  ReadyNode& pop_front() noexcept {
    ReadyNode& node = *first_;
    first_ = node.next;
    return node;
  }
  // All of `others`, behind these.
  void append(ReadyList& others) noexcept {
    if (others.empty()) return;
    (first_ != nullptr ? last_->next : first_) = others.first_;
    last_ = others.last_;
    others.first_ = nullptr;
  }
  // False if it is not there.
  bool remove(ReadyNode& node) noexcept {
    ReadyNode* before = nullptr;
    for (ReadyNode* at = first_; at != nullptr; before = at, at = at->next) {
      if (at != &node) continue;
      (before != nullptr ? before->next : first_) = node.next;
      if (last_ == &node) last_ = before;
      return true;
    }
    return false;
  }
  [[nodiscard]] ReadyNode* first() const noexcept { return first_; }

 private:
  ReadyNode* first_ = nullptr;
  ReadyNode* last_ = nullptr;  // Of a list that is not empty.
};

}  // namespace skein::inline v0::internal

#endif  // SKEIN_ASYNCIO_INTERNAL_READY_H_
