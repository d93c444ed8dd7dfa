#include <skein/futures/errors.h>
#include <skein/futures/process_pool_errors.h>
#include <skein/pickle.h>

namespace skein::inline v0 {

namespace futures {

BrokenProcessPool::~BrokenProcessPool() = default;

}  // namespace futures

namespace {

// In every process that has this class, workers among them: what a call throws there travels as itself.
[[maybe_unused]] const bool g_registered =
    pickle::register_exception<futures::CancelledError>() && pickle::register_exception<futures::InvalidStateError>() &&
    pickle::register_exception<futures::BrokenExecutor>() && pickle::register_exception<futures::BrokenThreadPool>() &&
    pickle::register_exception<futures::BrokenProcessPool>();

}  // namespace

}  // namespace skein::inline v0
