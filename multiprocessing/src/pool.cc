#include <skein/core/errors.h>
#include <skein/multiprocessing/internal/pool_map.h>
#include <skein/multiprocessing/pool.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

namespace skein::inline v0::multiprocessing {

namespace internal {

namespace {

std::size_t checked_chunksize(std::int64_t chunksize) {
  if (chunksize < 1) throw ValueError("Chunksize must be 1+, not " + std::to_string(chunksize));
  return static_cast<std::size_t>(chunksize);
}

}  // namespace

std::size_t map_chunksize(const OptionalCount& chunksize, std::size_t count, std::size_t workers) {
  if (const auto& given = chunksize.get(); given.has_value()) return checked_chunksize(*given);
  const std::size_t calls = workers * 4;
  return count / calls + (count % calls != 0 ? 1 : 0);
}

ImapSizes imap_sizes(std::int64_t chunksize, const OptionalCount& buffersize, std::size_t workers) {
  const std::size_t size = checked_chunksize(chunksize);
  const auto& given = buffersize.get();
  if (!given.has_value()) return {.chunksize = size, .ahead = std::max<std::size_t>(32, 4 * workers)};
  if (*given < 1) throw ValueError("buffersize must be None or > 0");
  return {.chunksize = size, .ahead = static_cast<std::size_t>(*given)};
}

bool read_at_once(PoolSource& source, PoolCore& pool) {
  while (source.has_room(false)) {
    if (!source.feed(pool)) return false;
  }
  return true;
}

}  // namespace internal

Pool::Pool(Options options) : Pool(options, std::unique_ptr<internal::Work>()) {}

Pool::Pool(Options options, std::unique_ptr<internal::Work> initializer)
    : core_(internal::PoolCore::make({.processes = options.processes.get(),
                                      .maxtasksperchild = options.maxtasksperchild.get(),
                                      .method = options.context.method(),
                                      .on_worker_lost = options.on_worker_lost,
                                      .retries = options.retries,
                                      .initializer = std::move(initializer)})) {}

Pool::~Pool() { core_->end(); }

void Pool::close() { core_->close(); }
void Pool::terminate() { core_->terminate(); }
void Pool::join() { core_->join(); }

PoolStats Pool::stats() const {
  const internal::EngineStats stats = core_->stats();
  return {.queued = stats.queued,
          .running = stats.running,
          .workers = stats.workers,
          .idle = stats.idle,
          .done = stats.done};
}

}  // namespace skein::inline v0::multiprocessing
