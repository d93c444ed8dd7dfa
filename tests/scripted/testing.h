// How a test says what must hold in every schedule, and what must not.
#ifndef SKEIN_TESTS_SCRIPTED_TESTING_H_
#define SKEIN_TESTS_SCRIPTED_TESTING_H_

#include <string_view>

#include "scripted/scheduler.h"

namespace skein::scripted {

// Every schedule within `bounds` holds. Prints how many there are. Sanitizer builds go to 2 preemptions at most.
// With SKEIN_SCHEDULE in the environment: runs that schedule only, and prints what happens in it.
void expect_holds(const Bounds& bounds, const Scenario& scenario);

// Some schedule within `bounds` fails, saying `reason`, and fails in the same way when run again.
Outcome expect_fails(const Bounds& bounds, std::string_view reason, const Scenario& scenario);

}  // namespace skein::scripted

#endif  // SKEIN_TESTS_SCRIPTED_TESTING_H_
