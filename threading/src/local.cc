#include <skein/threading/internal/at_fork.h>
#include <skein/threading/internal/guard.h>
#include <skein/threading/local.h>
#include <skein/threading/lock.h>

#include <utility>
#include <vector>

namespace skein::inline v0::internal {

namespace {

// Numbers for the tables, and the lock under which values change hands between their thread and their slot.
struct Locals {
  threading::Lock lock;
  std::vector<std::size_t> free_indices SKEIN_GUARDED_BY(lock);
  std::size_t next_index SKEIN_GUARDED_BY(lock) = 0;
  std::uint64_t next_id SKEIN_GUARDED_BY(lock) = 1;
};

Locals& locals() {
  static Locals* const all = [] {
    hold_lock_at_fork<locals>();
    return new Locals;  // Never destroyed: threads may end after statics do.
  }();
  return *all;
}
// Not in a thread that may be in the middle of it when another one forks.
[[maybe_unused]] const Locals& g_made_at_load = locals();

std::size_t take_index() {
  Guard guard(locals().lock);
  auto& free = locals().free_indices;
  if (free.empty()) return locals().next_index++;
  const std::size_t index = free.back();
  free.pop_back();
  return index;
}

std::uint64_t take_id() {
  Guard guard(locals().lock);
  return locals().next_id++;
}

}  // namespace

// One thread's value of one slot. In the thread's table for ever, in the slot's list while both live.
struct Box {
  std::uint64_t id = 0;
  void* value = nullptr;
  LocalSlot::Destroy destroy = nullptr;
  std::vector<Box*>* boxes = nullptr;  // The slot's; nullptr once it is gone.
};

struct LocalSlot::Values {
  std::vector<Box*> boxes;
};

// A thread's values, by slot index.
struct LocalTable {
  LocalTable() = default;
  LocalTable(const LocalTable&) = delete;
  LocalTable& operator=(const LocalTable&) = delete;
  ~LocalTable() {
    // A destructor may make another value: until none is left.
    while (!entries.empty()) {
      const std::unique_ptr<Box> box = std::move(entries.back());
      entries.pop_back();
      if (box == nullptr) continue;
      void* value = nullptr;
      {
        Guard guard(locals().lock);
        if (box->boxes != nullptr) {
          std::erase(*box->boxes, box.get());
          value = box->value;
        }
      }
      if (value != nullptr) box->destroy(value);
    }
    // A destructor that comes later still, of a static or a thread_local, finds an empty table, not a destroyed one.
    std::vector<std::unique_ptr<Box>>().swap(entries);
  }

  std::vector<std::unique_ptr<Box>> entries;
};

namespace {
LocalTable& table() {
  thread_local LocalTable of_this_thread;
  return of_this_thread;
}
}  // namespace

LocalSlot::LocalSlot(Destroy destroy)
    : index_(take_index()), id_(take_id()), destroy_(destroy), values_(std::make_unique<Values>()) {}

LocalSlot::~LocalSlot() {
  std::vector<void*> values;
  {
    Guard guard(locals().lock);
    for (Box* box : values_->boxes) {
      values.push_back(box->value);
      box->boxes = nullptr;
    }
    locals().free_indices.push_back(index_);
  }
  for (void* value : values) destroy_(value);
}

void* LocalSlot::find() const noexcept {
  const auto& entries = table().entries;
  if (index_ >= entries.size() || entries[index_] == nullptr || entries[index_]->id != id_) return nullptr;
  return entries[index_]->value;
}

void* LocalSlot::insert(std::unique_ptr<void, Destroy> value) {
  auto& entries = table().entries;
  if (entries.size() <= index_) entries.resize(index_ + 1);
  auto box = std::make_unique<Box>(Box{.id = id_, .value = value.get(), .destroy = destroy_, .boxes = &values_->boxes});
  {
    Guard guard(locals().lock);
    values_->boxes.push_back(box.get());
  }
  entries[index_] = std::move(box);  // In place of one whose slot is gone.
  return value.release();
}

}  // namespace skein::inline v0::internal
