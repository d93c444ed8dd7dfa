// core stands below threading.
#include <skein/core/version.h>
#ifndef SKEIN_CONTROL
#include <skein/threading.h>
#endif
