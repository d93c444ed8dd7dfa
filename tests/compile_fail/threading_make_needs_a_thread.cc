// make() is for classes derived from Thread.
#include <skein/threading.h>

struct Worker
#ifdef SKEIN_CONTROL
    : skein::threading::Thread
#endif
{
};

auto f() { return skein::threading::make<Worker>(); }
