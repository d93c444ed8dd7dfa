// Processes of their own for a test: what ends a process, limits it or forks it.
//
// A scenario is a function that such a process runs in place of the tests; it returns the exit status. The executable
// is linked with child_main.cc, whose main() finds it by name:
//
//   SKEIN_SCENARIO(exits_from_a_thread) { ...; return 0; }
//   TEST(...) { EXPECT_EQ(run_scenario("exits_from_a_thread").status, 0); }
#ifndef SKEIN_TESTS_TESTING_CHILD_H_
#define SKEIN_TESTS_TESTING_CHILD_H_

#include <functional>
#include <map>
#include <ostream>
#include <string>
#include <vector>

namespace skein::testing {

// How a process ended.
struct Outcome {
  int status = 0;     // The exit status; minus the signal's number if one killed it.
  bool hung = false;  // It had to be killed when its time was up.
  double seconds = 0;
  std::string out = {};
  std::string err = {};

  [[nodiscard]] bool good() const { return status == 0 && !hung; }
  friend std::ostream& operator<<(std::ostream& stream, const Outcome& outcome) {
    return stream << (outcome.hung ? "hung" : "ended") << " after " << outcome.seconds << " s, status "
                  << outcome.status << "\nstdout: " << outcome.out << "\nstderr: " << outcome.err;
  }
};

struct ScenarioOptions {
  std::vector<std::string> environment = {};  // "NAME=value", beside what there is.
  int processor = -1;                         // The only one it may use; -1: as this process.
  double limit = 20;                          // Seconds.
};

// Runs this executable again for that scenario alone.
Outcome run_scenario(const std::string& name, const ScenarioOptions& options = {});

// Runs `body` in a child that fork() makes of this process, and then exit(), with all that belongs to it.
Outcome run_forked(const std::function<int()>& body, double limit = 20);

// For a process in which threads are gone without having ended: a child that a test forks itself, or one whose main
// thread has left. The leak check would take for lost what was on their stacks.
void skip_leak_check();

using ScenarioFunction = int (*)();
std::map<std::string, ScenarioFunction>& scenarios();

struct ScenarioEntry {
  ScenarioEntry(const char* name, ScenarioFunction run) { scenarios()[name] = run; }
};

}  // namespace skein::testing

#define SKEIN_SCENARIO(name)                                                  \
  static int name();                                                          \
  static const ::skein::testing::ScenarioEntry name##_scenario(#name, &name); \
  static int name()

#endif  // SKEIN_TESTS_TESTING_CHILD_H_
