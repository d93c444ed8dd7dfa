// The component futures does not see the pool of processes, nor what that needs.
#ifdef SKEIN_CONTROL
#include <skein/futures.h>
#else
#include <skein/process_pool.h>
#endif
