// A queue holds objects.
#include <skein/queue.h>

#include <functional>

#ifdef SKEIN_CONTROL
skein::queue::Queue<std::reference_wrapper<int>> q;
#else
skein::queue::Queue<int&> q;
#endif
