// GCC 12 builds everything but asyncio, whose header says why.
#ifdef SKEIN_CONTROL
#include <skein/futures.h>
#else
#include <skein/asyncio.h>
#endif

int f() { return 1; }
