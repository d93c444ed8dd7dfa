// threading stands below queue.
#include <skein/core/version.h>
#ifndef SKEIN_CONTROL
#include <skein/queue.h>
#endif
