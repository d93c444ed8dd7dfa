// What cannot be moved cannot be given to who waits for it.
#include <skein/asyncio.h>

#include <memory>

namespace asyncio = skein::asyncio;

struct Immovable {
  Immovable() = default;
  Immovable(const Immovable&) = delete;
};

#ifdef SKEIN_CONTROL
asyncio::AsyncGenerator<std::unique_ptr<Immovable>> things() { co_yield std::make_unique<Immovable>(); }
#else
asyncio::AsyncGenerator<Immovable> things() { co_yield Immovable(); }
#endif
