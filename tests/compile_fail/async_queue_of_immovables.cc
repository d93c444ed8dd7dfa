// What cannot be moved cannot be put, nor got.
#include <skein/asyncio.h>

#include <memory>

namespace asyncio = skein::asyncio;

struct Immovable {
  Immovable() = default;
  Immovable(const Immovable&) = delete;
};

#ifdef SKEIN_CONTROL
asyncio::LifoQueue<std::unique_ptr<Immovable>> q;
#else
asyncio::LifoQueue<Immovable> q;
#endif
