// Beside child_main.cc, for tests whose processes are started anew by multiprocessing.
#include <skein/multiprocessing/freeze_support.h>

namespace skein::testing {

void begin_main(int argc, char** argv);
void begin_main(int argc, char** argv) { skein::multiprocessing::freeze_support(argc, argv); }

}  // namespace skein::testing
