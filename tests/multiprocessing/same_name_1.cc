// A lambda in a static function of a name that another file has, too.
#include <skein/core/errors.h>
#include <skein/multiprocessing/context.h>

namespace multiprocessing = skein::multiprocessing;

namespace same_name_1 {
multiprocessing::Process make(const multiprocessing::Context& context);
}

static multiprocessing::Process go(const multiprocessing::Context& context) {
  return context.Process([] { throw skein::SystemExit(11); });
}

multiprocessing::Process same_name_1::make(const multiprocessing::Context& context) { return go(context); }
