// thread_foreign.cc - thread_foreign.py, line by line; std::thread stands for _thread.
#include <skein/threading.h>

#include <algorithm>
#include <optional>
#include <string>
#include <thread>

#include "print.h"

namespace threading = skein::threading;
using conformance::outcome;
using conformance::print;
using conformance::until;

namespace {

struct Seen {
  threading::ThreadHandle me;
  bool same;
  bool main;
  bool makes_daemons;
  std::string join;
};

bool in_the_list(const threading::ThreadHandle& thread) {
  return std::ranges::count(threading::enumerate(), thread) == 1;
}

}  // namespace

int main() {
  threading::Event go;
  threading::Event ready;
  std::optional<Seen> seen;

  const auto work = [&] {
    threading::ThreadHandle me = threading::current_thread();
    seen = Seen{.me = me,
                .same = me == threading::current_thread(),
                .main = me == threading::main_thread(),
                .makes_daemons = threading::Thread().daemon(),
                .join = outcome([&] { me.join(); })};
    ready.set();
    go.wait();
  };

  print{"before:", threading::active_count()};
  std::thread(work).detach();
  ready.wait();
  threading::ThreadHandle foreign = seen->me;
  print{"name:", foreign.name().starts_with("Dummy-")};
  print{"daemon:", foreign.daemon()};
  print{"ident:", foreign.ident().has_value(), foreign.ident() == threading::get_ident()};
  print{"alive:", foreign.is_alive()};
  print{"the same each time:", seen->same};
  print{"the main thread:", seen->main};
  print{"a thread it makes is a daemon:", seen->makes_daemons};
  print{"joins itself:", seen->join};
  print{"in the list:", threading::active_count(), in_the_list(foreign)};
  print{"join:", outcome([&] { foreign.join(); })};
  print{"join(0):", outcome([&] { foreign.join(0); })};
  go.set();
  until([] { return threading::active_count() == 1; });
  print{"ended, in the list:", in_the_list(foreign)};
}
