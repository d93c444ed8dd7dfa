// skein/core.h - what every part of skein shares: errors, timeouts, clocks, callables, spinning, version.
#ifndef SKEIN_CORE_H_
#define SKEIN_CORE_H_

#include <skein/core/callable.h>
#include <skein/core/errors.h>
#include <skein/core/exception_group.h>
#include <skein/core/spin.h>
#include <skein/core/timeout.h>
#include <skein/core/version.h>
#include <skein/time.h>

#endif  // SKEIN_CORE_H_
