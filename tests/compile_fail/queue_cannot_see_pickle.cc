// The component queue does not see multiprocessing, nor the serialiser that this needs.
#ifdef SKEIN_CONTROL
#include <skein/queue.h>
#else
#include <skein/pickle.h>
#endif
