#include <skein/multiprocessing/errors.h>
#include <skein/multiprocessing/internal/pool_imap.h>
#include <skein/threading/internal/guard.h>

#include <deque>
#include <exception>
#include <memory>
#include <utility>

namespace skein::inline v0::multiprocessing::internal {

using skein::internal::Guard;

ImapChunk::~ImapChunk() = default;

ImapCore::ImapCore(const std::shared_ptr<PoolCore>& pool, bool ordered, std::size_t ahead)
    : pool_(pool), pool_id_(pool.get()), ordered_(ordered), ahead_(ahead) {}

ImapCore::ImapCore(const void* pool, bool ordered, std::size_t ahead) noexcept
    : pool_id_(pool), ordered_(ordered), ahead_(ahead) {}

ImapCore::~ImapCore() = default;

std::shared_ptr<ImapChunk> ImapCore::take(Timeout timeout) {
  std::shared_ptr<ImapChunk> taken;
  bool poke = false;
  {
    const Guard guard(lock_);
    const auto over = [this]() SKEIN_NO_THREAD_SAFETY_ANALYSIS {
      return next_is_there() || (ended_ && running_ == 0 && line_.empty());
    };
    if (!over()) {
      if (timeout.unlimited()) EndingCalls::check_may_wait(pool_id_);
      if (!changed_.wait_for(over, timeout)) throw TimeoutError();
    }
    if (line_.empty()) return nullptr;
    taken = std::move(line_.front());
    line_.pop_front();
    poke = std::exchange(starved_, false);
  }
  if (poke) room_made();
  return taken;
}

void ImapCore::abandon() noexcept {
  std::deque<std::shared_ptr<ImapChunk>> dropped;  // Without the lock: results are the user's objects.
  {
    const Guard guard(lock_);
    abandoned_ = true;
    dropped.swap(line_);
  }
  const std::shared_ptr<PoolCore> pool = pool_.lock();
  // Without a pool there is nobody who reads.
  if (pool == nullptr || pool->forget(*this)) drop_input();
}

bool ImapCore::has_room(bool draining) noexcept {
  const Guard guard(lock_);
  // The ordered line has those that run in it.
  const std::size_t unseen = line_.size() + (ordered_ ? 0 : running_);
  const bool room = (draining ? running_ : unseen) < ahead_;
  if (!room) starved_ = true;
  return room;
}

void ImapCore::cut(const std::exception_ptr& why) noexcept { end_input(why); }

void ImapCore::begin_chunk(const std::shared_ptr<ImapChunk>& chunk) {
  const Guard guard(lock_);
  if (ended_) throw ProcessError("the pool was terminated");
  if (ordered_ && !abandoned_) line_.push_back(chunk);
  ++running_;
}

void ImapCore::chunk_ended(const std::shared_ptr<ImapChunk>& chunk) noexcept {
  bool poke = false;
  {
    const Guard guard(lock_);
    --running_;
    chunk->done_ = true;
    if (!ordered_ && !abandoned_) line_.push_back(chunk);
    poke = std::exchange(starved_, false);
    changed_.notify_all();
  }
  if (poke) room_made();
}

void ImapCore::end_input(std::exception_ptr error) noexcept {
  const Guard guard(lock_);
  if (ended_) return;
  ended_ = true;
  if (error != nullptr && !abandoned_) push_last(std::move(error));
  changed_.notify_all();
}

void ImapCore::push_last(std::exception_ptr error) {
  auto chunk = std::make_shared<ImapChunk>();
  chunk->error = std::move(error);
  chunk->done_ = true;
  line_.push_back(std::move(chunk));
}

void ImapCore::room_made() noexcept {
  if (const std::shared_ptr<PoolCore> pool = pool_.lock(); pool != nullptr) pool->poke();
}

}  // namespace skein::inline v0::multiprocessing::internal
